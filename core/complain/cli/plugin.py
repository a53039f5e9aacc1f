"""``complain plugin``: write a channel, check it, test it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainGroup, pass_environment, settings_of
from complain.environment import Environment
from complain.i18n import _, ngettext

if TYPE_CHECKING:
    from complain.authoring.lint import LintReport
    from complain.authoring.new import Written
    from complain.testing.verdicts import Verdict


class _PluginGroup(ComplainGroup):
    """Its help also lists what plugins add to the tool: that of the tool itself is too quick to load them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from complain.cli.plugin_commands import plugin_commands

        super().format_commands(ctx, formatter)
        added = plugin_commands(settings_of(ctx).environment())
        if added:
            with formatter.section(_("Commands that plugins add to complain")):
                formatter.write_dl([(name, command.get_short_help_str()) for name, command in added.items()])


@click.group(cls=_PluginGroup, help="Write, check and test a channel.")
def plugin() -> None:
    pass


@plugin.command("lint", help="Name every mistake of a definition or a plugin, with its line and the remedy.")
@click.argument("file", type=click.Path(path_type=Path))
@pass_environment
def lint(environment: Environment, file: Path) -> int:
    from complain.authoring.lint import lint as look

    report = look(file)
    if environment.json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False), file=environment.stdout)
    else:
        _print_lint(environment, report)
    return int(report.exit_code)


def _print_lint(environment: Environment, report: LintReport) -> None:
    for mistake in report.mistakes:
        click.echo(f"✗ {mistake}", file=environment.stdout)
    for note in report.notes:
        click.echo(f"  {note}", file=environment.stdout)
    if report.mistakes:
        sentence = ngettext(
            "One mistake. Correct it, then type: complain plugin lint {file}",
            "{count} mistakes. Correct them, then type: complain plugin lint {file}",
            len(report.mistakes),
        )
    elif report.channels:
        sentence = _without_form(report.channels)
    else:
        sentence = _("✓ No mistake was found. Next, type: complain plugin test {file}")
    click.echo(sentence.format(count=len(report.mistakes), file=report.file), file=environment.stdout)


def _without_form(channels: tuple[str, ...]) -> str:
    return _(
        "✓ No mistake was found. It is done by hand, so there is nothing to try; see what it makes of a case: complain submit CASE "
        "--plugins-dir DIR --channels {ids} --dry-run"
    ).format(ids=",".join(channels))


@plugin.command("schema", help="Print the JSON Schema of form.toml, for editors.")
@pass_environment
def schema(environment: Environment) -> None:
    from complain.channels.definition import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2), file=environment.stdout)


@plugin.command(
    "test",
    help="Try a channel against stand-in forms or a stand-in mail server that go wrong on purpose; nothing real is reached.",
)
@click.argument("channel")
@click.option(
    "--live",
    metavar="ORIGIN",
    help="Try it on an application that runs on this computer, as http://127.0.0.1:8601; fictional complaints are filed there.",
)
@pass_environment
def test(environment: Environment, channel: str, live: str | None) -> int:
    from complain.testing.live import LiveServer
    from complain.testing.report import try_channels

    show = None if environment.json else _shower(environment)
    tried = try_channels(channel, environment, show, LiveServer(live) if live else None)
    if environment.json:
        click.echo(json.dumps(tried.as_json(), ensure_ascii=False), file=environment.stdout)
    return int(tried.exit_code)


def _shower(environment: Environment) -> Callable[[str, Verdict], None]:
    marks = {"passed": "✓", "failed": "✗", "skipped": "–"}

    def show(channel: str, verdict: Verdict) -> None:
        line = f"{marks[verdict.state]} {channel}  {verdict.check}: {verdict.sentence}"
        click.echo(line, file=environment.stdout)

    return show


@plugin.command("new", help="Open a form, read its fields, and write a first definition. Nothing is sent.")
@click.argument("url")
@click.option("--id", "identity", default="", help="Name of the channel; made of the address when left out.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file; ID.toml when left out."
)
@click.option(
    "--package", type=click.Path(path_type=Path, file_okay=False), help="Write an installable project here."
)
@click.option("--headed", is_flag=True, help="Show the browser.")
@pass_environment
def new(
    environment: Environment, url: str, identity: str, output: Path | None, package: Path | None, headed: bool
) -> int:
    from complain.authoring.new import Wanted, begin_channel

    written = begin_channel(Wanted(url, identity, output, package, headed), environment)
    if environment.json:
        click.echo(json.dumps(written.as_json(), ensure_ascii=False), file=environment.stdout)
    else:
        _print_new(environment, written)
    return 0


def _print_new(environment: Environment, written: Written) -> None:
    begun = written.beginning
    sentences = [_("Written: {file}").format(file=file) for file in written.files]
    sentences.append(_("Recognised: {names}").format(names="; ".join(begun.mapped) or _("none")))
    sentences.append(_("For you to look at: {names}").format(names="; ".join(begun.open) or _("none")))
    sentences += begun.notes
    sentences.append(
        _("Say in it how success looks, then type: complain plugin lint {file}").format(file=written.form)
    )
    for sentence in sentences:
        click.echo(sentence, file=environment.stdout)
