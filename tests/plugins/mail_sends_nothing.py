"""Allows a letter of no characters."""

from complain import MailChannel, MailLimits, hookimpl


@hookimpl
def complain_register_channels(register):
    register(MailChannel(id="council", title="消费者协会", body="association", limits=MailLimits(letter=0)))
