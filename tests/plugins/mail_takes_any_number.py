"""Takes every number in an answer for the receipt."""

from complain import MailChannel, hookimpl


@hookimpl
def complain_register_channels(register):
    register(
        MailChannel(
            id="council", title="消费者协会", body="association", number_pattern=r"(?P<number>\d{5,})"
        )
    )
