from collections.abc import Callable
from pathlib import Path

import click

from complain import Challenge, Channel, MailChannel, MailLimits, Receipt, hookimpl

complain_api_version = 1


@hookimpl
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    register(MailChannel(id="council", title="Council", body="association", limits=MailLimits(letter=3000)))


@hookimpl
def complain_register_templates(register: Callable[[Path], None]) -> None:
    register(Path(__file__).with_name("letters"))


@hookimpl
def complain_register_commands(cli: click.Group) -> None:
    @cli.command("hello", help="Say hello.")
    def hello() -> None:
        click.echo("hello")


@hookimpl
def complain_answer_challenge(challenge: Challenge) -> str | bool | None:
    return input(f"{challenge.prompt} ") if challenge.kind == "sms" else None


@hookimpl
def complain_receipt_archived(receipt: Receipt) -> None:
    with Path("numbers.txt").open("a", encoding="utf-8") as file:
        print(receipt.channel, receipt.number, file=file)
