"""Takes dashes for a number that is still to come."""

from complain import MailChannel, hookimpl


@hookimpl
def complain_register_channels(register):
    register(
        MailChannel(
            id="council",
            title="消费者协会",
            body="association",
            number_pattern=r"编号[:：]\s*(?P<number>[A-Z0-9-]+)",
        )
    )
