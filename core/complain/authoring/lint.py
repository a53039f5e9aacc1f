"""Everything that can be known wrong about a channel without opening its page.

A definition that the tool would load may still be a bad one: no sign of refusal, a request that lets the
submission itself out of a dry run. Those are mistakes here, and here only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from complain.authoring.lint_network import network_findings
from complain.authoring.lint_python import internal_imports, lint_python
from complain.authoring.lint_signals import signal_findings
from complain.authoring.lint_values import value_findings
from complain.case.lines import KeyLines
from complain.channels.base import Channel
from complain.channels.definition import load_definition
from complain.channels.definition_checks import Table, fields_of, table, texts
from complain.channels.definition_mistakes import as_mistakes
from complain.channels.definition_table import parse_toml, read_text
from complain.channels.form import FormChannel
from complain.channels.handover import is_sheet, load_sheet
from complain.channels.mail import MailChannel
from complain.channels.plugin_checks import check_channel
from complain.errors import DefinitionMistakes, ExitCode, Mistake, PluginMistake, UsageError
from complain.i18n import _


@dataclass(frozen=True)
class LintReport:
    """What is wrong in one file.

    Attributes:
        file: As the person named it.
        mistakes: In the order of their lines.
        notes: What is allowed, and worth knowing; one sentence each.
        channels: Ids of the channels, where all of them are done by hand, and nothing can be tried.
    """

    file: str
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """2 when there is a mistake, else 0."""
        return ExitCode.USAGE if self.mistakes else ExitCode.OK

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "file": self.file,
            "mistakes": [asdict(mistake) for mistake in self.mistakes],
            "notes": list(self.notes),
            "exit_code": int(self.exit_code),
        }


def lint(path: Path) -> LintReport:
    """Look for mistakes in a ``*.toml`` definition or a ``*.py`` plugin; nothing is opened or sent.

    A ``*.py`` file is imported, as the tool itself would; the definitions that its channels use are looked at too.

    Args:
        path: The file.

    Raises:
        UsageError: There is no such file, or it is of another kind.
    """
    if not path.is_file():
        raise UsageError(_("There is no file {file}.").format(file=path))
    if path.suffix == ".py":
        mistakes, channels = lint_python(path)
        forms = [channel for channel in channels if isinstance(channel, FormChannel)]
        definitions = list(dict.fromkeys(form.path for form in forms))
        reports = [lint_definition(definition) for definition in definitions]
        below = [mistake for report in reports for mistake in report.mistakes]
        notes = [note for report in reports for note in report.notes]
        if not mistakes:
            notes.extend(internal_imports(path))
        tried = any(isinstance(channel, FormChannel | MailChannel) for channel in channels)
        others = () if tried else tuple(channel.id for channel in channels)
        return LintReport(str(path), (*mistakes, *below), tuple(notes), others)
    if path.suffix != ".toml":
        raise UsageError(
            _("{file} is neither a *.toml definition nor a *.py plugin.").format(file=path),
            next_step="complain plugin lint FILE.toml",
        )
    return lint_definition(path)


def lint_definition(path: Path) -> LintReport:
    """Look for mistakes in a ``form.toml``.

    Args:
        path: The file.
    """
    if _is_sheet(path):
        return _lint_sheet(path)
    mistakes: list[Mistake] = []
    try:
        load_definition(path)
    except DefinitionMistakes as error:
        mistakes.extend(error.mistakes)
        if any(mistake.line is None or not mistake.key for mistake in error.mistakes):
            return LintReport(str(path), tuple(error.mistakes))  # not TOML: nothing more can be read
    text = read_text(path)
    data = parse_toml(path, text)
    lines = KeyLines(text)
    findings = [*signal_findings(data), *network_findings(data), *value_findings(data)]
    mistakes.extend(as_mistakes(path, findings, lines))
    mistakes.extend(_taken(path, data, lines.nearest(("channel", "id"))))
    unique = sorted(dict.fromkeys(mistakes), key=lambda mistake: (mistake.line or 0, mistake.key))
    return LintReport(str(path), tuple(unique), tuple(_notes(data)))


def _is_sheet(path: Path) -> bool:
    try:
        return is_sheet(parse_toml(path, read_text(path)))
    except DefinitionMistakes:  # said with all others
        return False


def _lint_sheet(path: Path) -> LintReport:
    try:
        check_channel(Channel.from_sheet(path))
    except DefinitionMistakes as error:
        return LintReport(str(path), tuple(error.mistakes))
    except PluginMistake as error:
        line = KeyLines(read_text(path)).nearest(("channel", "id"))
        return LintReport(str(path), (Mistake(str(path), line, "channel", error.message, error.next_step),))
    return LintReport(str(path), channels=(load_sheet(path).id,))


def _taken(path: Path, data: Table, line: int | None) -> Iterator[Mistake]:
    """In one plugins folder only the first file of an id is used, and the other would be lost without a word."""
    identity = table(data.get("channel")).get("id")
    for other in sorted(path.absolute().parent.glob("*.toml")):
        if other.name != path.name and isinstance(identity, str) and _id_of(other) == identity:
            yield Mistake(
                str(path),
                line,
                "channel.id",
                _("“{file}” beside it defines a channel of the same id “{id}”.").format(
                    file=other.name, id=identity
                ),
                _("Give one of them another id, or move it out of the folder."),
            )


def _id_of(path: Path) -> str | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # another file's mistakes are that file's
        return None
    identity = (
        table(data.get("channel")).get("id") if "submit" in data else None
    )  # a hand-over sheet is no form
    return identity if isinstance(identity, str) else None


def _notes(data: Table) -> Iterator[str]:
    channel, limits = table(data.get("channel")), table(data.get("limits"))
    success = table(data.get("outcome")).get("success")
    patterns = [success] if isinstance(success, str) else [table(success).get(k) for k in ("pattern", "url")]
    if not any(isinstance(pattern, str) and "(?P<number>" in pattern for pattern in patterns):
        yield _("No receipt number is declared: a filing can be filed_unverified at best.")
    if "verified" not in channel:
        yield _("No “verified” day: the tool says that nobody has seen the channel work yet.")
    if "request" not in table(data.get("submit")):
        yield _(
            "No “request”: the first write to the channel's own origin after the press counts as the one."
        )
    if not any("letter" in value for value in _values(data)):
        yield _("No field takes {{ letter }}: the letter itself is not filed.")
    elif "letter" not in limits:
        yield _("No limit of the letter: look for the form's own, since nothing may be cut there.")


def _values(data: Table) -> Sequence[str]:
    return [
        value for path, field in fields_of(data) if path[0] == "page" for value in texts(field.get("value"))
    ]
