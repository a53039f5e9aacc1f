"""Expects an answer to be nothing but its number."""

from complain import MailChannel, hookimpl


@hookimpl
def complain_register_channels(register):
    register(
        MailChannel(
            id="council", title="消费者协会", body="association", number_pattern=r"^编号：(?P<number>\d{8})$"
        )
    )
