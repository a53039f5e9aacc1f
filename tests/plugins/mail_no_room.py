"""Allows less than the shortest letter."""

from complain import MailChannel, MailLimits, hookimpl


@hookimpl
def complain_register_channels(register):
    register(
        MailChannel(
            id="council",
            title="消费者协会",
            body="association",
            number_pattern=r"编号[:：]\s*(?P<number>[A-Z]{2}\d{6})",
            limits=MailLimits(letter=80),
        )
    )
