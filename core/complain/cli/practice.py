"""``complain practice``: run the practice desks, or show what they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from complain.cli.options import ComplainCommand, pass_environment
from complain.environment import Environment, Home
from complain.errors import UsageError
from complain.i18n import _

if TYPE_CHECKING:
    from complain.practice.desks import PracticeDesks, PracticeSettings


@click.command(cls=ComplainCommand, help="Run the practice desks and print their addresses.")
@click.option("--port", type=click.IntRange(1, 65530), help="The first of five ports in a row.")
@click.option(
    "--fault", "faults", multiple=True, help="What goes wrong at a desk: DESK=FAULT,FAULT (* is every desk)."
)
@click.option("--received", is_flag=True, help="Show what the desks hold, and end.")
@pass_environment
def practice(environment: Environment, port: int | None, faults: tuple[str, ...], received: bool) -> int:
    """Run until interrupted, or show what the desks received."""
    folder = Home(environment.home.root, practice=True).path
    if received:
        _show_received(environment, folder)
        return 0
    return _run(environment, _settings(folder, faults, port))


def _settings(folder: Path, faults: tuple[str, ...], port: int | None) -> PracticeSettings:
    from complain.practice.desks import PracticeSettings

    pairs = [fault.partition("=") for fault in faults]
    if any(not separator for _desk, separator, _fault in pairs):
        raise UsageError(
            _("A fault is written as DESK=FAULT."), next_step="complain practice --fault regulator=slow"
        )
    named: dict[str, str] = {}
    for desk, _separator, fault in pairs:
        named[desk] = ",".join(part for part in (named.get(desk, ""), fault) if part)
    return PracticeSettings(folder, named, port)


def _run(environment: Environment, settings: PracticeSettings) -> int:
    import asyncio

    return asyncio.run(_serve(environment, settings))


async def _serve(environment: Environment, settings: PracticeSettings) -> int:
    import asyncio
    import signal

    from complain.practice.desks import PracticeDesks

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows: Ctrl-C cancels this coroutine instead
            break
    async with PracticeDesks(settings) as desks:
        _announce(environment, desks)
        await stopped.wait()
    return 0


def _announce(environment: Environment, desks: PracticeDesks) -> None:
    if environment.json:
        document: dict[str, Any] = {"addresses": desks.addresses, "mailbox": str(desks.mailbox)}
        click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)
    else:
        _announce_to_person(environment, desks)
    environment.stdout.flush()


def _announce_to_person(environment: Environment, desks: PracticeDesks) -> None:
    from complain.practice.people import PROFILES

    for profile in PROFILES:
        address = desks.addresses[profile.channel]
        click.echo(f"{profile.channel:<15} {address:<28} {profile.title}", file=environment.stdout)
    first = desks.addresses[PROFILES[0].channel]
    for line in (
        _("The practice phone: {address}").format(address=f"{first}/_phone"),
        _("What the desks received: {address}").format(address=f"{first}/_received"),
        _("Answers to your mail arrive in {folder}").format(folder=desks.mailbox),
        _("Nothing here reaches a real institution. Press Ctrl-C to stop."),
    ):
        click.echo(line, file=environment.stdout)


def _show_received(environment: Environment, folder: Path) -> None:
    from complain.practice.received import received

    desks = received(folder)
    if environment.json:
        click.echo(json.dumps(desks, ensure_ascii=False), file=environment.stdout)
        return
    for channel, desk in desks.items():
        line = _(
            "{channel}: {complaints} complaints, {drafts} drafts, {files} files, {sms} SMS codes."
        ).format(
            channel=channel,
            complaints=len(desk["complaints"]),
            drafts=desk["drafts"],
            files=desk["files"],
            sms=desk["sms"],
        )
        click.echo(line, file=environment.stdout)
        for complaint in desk["complaints"]:
            click.echo(
                f"  {complaint['number']}  {complaint['filed_at'][:19]}  {complaint['subject']}",
                file=environment.stdout,
            )
