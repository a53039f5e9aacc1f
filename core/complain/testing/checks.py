"""What every form must stand: one function per check, each with one sentence about what it proves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from complain.authoring.lint import lint_definition
from complain.channels.definition import FormDefinition
from complain.channels.definition_places import place_of
from complain.channels.form import FormChannel
from complain.i18n import _
from complain.model import Action, FilingReport, Outcome, PlannedField
from complain.testing.record import Row
from complain.testing.stand_in import StandIn
from complain.testing.stand_in_pages import Trap
from complain.testing.trial import Bench, Trial
from complain.testing.verdicts import NotApplicable, Violation, find_secrets, judge

SHORT_LETTER = 12
"""Characters; no letter is so short."""
_HONEST_AFTER_A_PRESS = (Outcome.FILED, Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN)
_NOTHING_SENT = (Outcome.NOT_FILED, Outcome.NEEDS_HUMAN)


def _lint(bench: Bench, channel: FormChannel) -> None:
    mistakes = lint_definition(channel.path).mistakes
    if mistakes:
        raise Violation("\n".join(map(str, mistakes)))


def _dry_run(bench: Bench, channel: FormChannel) -> None:
    trial = bench.file(channel, Trap.EAGER, dry_run=True)
    writes = trial.stand_in.undeclared_writes
    if writes:
        sent = ", ".join(dict.fromkeys(f"{w.method} {w.path}" for w in writes))
        raise Violation(_("A dry run let these requests out: {requests}.").format(requests=sent))
    _expect(trial, (Outcome.PREPARED, Outcome.NEEDS_HUMAN), rows=0)


def _files(bench: Bench, channel: FormChannel) -> None:
    trial = bench.file(channel)
    numbered = trial.stand_in.number or (bench.live and _names_a_number(channel))
    expected = Outcome.FILED if numbered else Outcome.FILED_UNVERIFIED
    allowed = (Outcome.FILED, expected) if _reads_receipts(channel) else (expected,)
    _expect(trial, allowed, rows=1)
    _expect_number(trial, trial.report)
    for sentence in _differences(trial):
        raise Violation(sentence)


def _expect_number(trial: Trial, report: FilingReport | None) -> None:
    number = report.receipt.number if report and report.receipt else None
    shown = trial.stand_in.new
    if number is not None and shown and not any(_holds_word(one, number) for one in shown):
        raise Violation(
            _("The far side gave the number “{shown}”, and “{read}” was read.").format(
                shown="; ".join(shown), read=number
            )
        )


def _holds_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _names_a_number(channel: FormChannel) -> bool:
    success = channel.definition.outcome.success
    return any("(?P<number>" in (pattern or "") for pattern in (success.pattern, success.url))


def _twice(bench: Bench, channel: FormChannel) -> None:
    _expect(bench.file(channel, Trap.TWICE), _HONEST_AFTER_A_PRESS, rows=1)


def _cut(bench: Bench, channel: FormChannel) -> None:
    _expect(bench.file(channel, Trap.CUT), (Outcome.UNKNOWN,), rows=1)


def _reconcile(bench: Bench, channel: FormChannel) -> None:
    if channel.definition.list is None and type(channel).reconcile is FormChannel.reconcile:
        raise NotApplicable(_("It has neither a [list] nor a reconcile step."))
    if bench.live is None:
        raise NotApplicable(_("Only a live server of yours has a list to look into."))
    trial = bench.file(channel, Trap.CUT, looks=True)
    _expect(trial, (Outcome.UNKNOWN,), rows=1)
    found = trial.look.report.outcome if trial.look else Outcome.UNKNOWN
    if found not in (Outcome.FILED, Outcome.FILED_UNVERIFIED):
        raise Violation(
            _("After the cut the far side holds the filing, and the look says “{outcome}”. {why}")
            .format(outcome=found.value, why=trial.look.sentence if trial.look else "")
            .strip()
        )
    _expect_number(trial, trial.look.report if trial.look else None)


def _trimmed(bench: Bench, channel: FormChannel) -> None:
    if not any(_is_typed(field) for field in _fields(channel)):
        raise NotApplicable(_("It types no text."))
    _expect(bench.file(channel, Trap.TRIMS), _NOTHING_SENT, rows=0)


def _too_long(bench: Bench, channel: FormChannel) -> None:
    if not any("letter" in source for field in _fields(channel) for source in field):
        raise NotApplicable(_("It takes no letter."))
    _expect(bench.file(channel, change=_tight), (Outcome.NOT_FILED,), rows=0)
    _expect(bench.file(channel, Trap.SHORT), _NOTHING_SENT, rows=0)


def _origins(bench: Bench, channel: FormChannel) -> None:
    trial = bench.file(channel, Trap.LEAKS)
    heard = trial.stand_in.elsewhere.requests
    if heard:
        raise Violation(
            _("What was typed reached another origin ({count} requests).").format(count=len(heard))
        )
    _expect(trial, (*_HONEST_AFTER_A_PRESS, *_NOTHING_SENT))


def _receipt(bench: Bench, channel: FormChannel) -> None:
    trial = bench.file(channel, Trap.SILENT)
    given = [trial.report.receipt.number] if trial.report.receipt and trial.report.receipt.number else []
    shown = trial.stand_in.answer_after()[0] if isinstance(trial.stand_in, StandIn) else ""
    for number in (*given, *trial.read):
        if number not in shown:
            raise Violation(
                _("The page shows no number, and “{number}” was given as the receipt.").format(number=number)
            )
    _expect(trial, _HONEST_AFTER_A_PRESS, rows=1)


def _refusal(bench: Bench, channel: FormChannel) -> None:
    if not channel.definition.outcome.refusal:
        raise Violation(_("No sign of a refusal is declared."))
    _expect(bench.file(channel, Trap.REFUSES), (Outcome.REFUSED,))


def _challenge(bench: Bench, channel: FormChannel) -> None:
    if not channel.definition.outcome.challenge:
        raise Violation(_("No sign of a challenge is declared."))
    trial = bench.file(channel, Trap.CHALLENGES)
    used = any(field.send for page in trial.draft.pages for field in page.fields)
    _expect(trial, (Outcome.UNKNOWN,) if used else (Outcome.NEEDS_HUMAN,))


def _secrets(bench: Bench, channel: FormChannel) -> None:
    if not any(bench.folder.iterdir()):
        bench.file(channel)
    own = bench.live.secrets.values() if bench.live else ()
    find_secrets(bench.folder, bench.said, (bench.canary, *own))


CHECKS: dict[str, Callable[[Bench, FormChannel], None]] = {
    "lint": _lint,
    "dry-run": _dry_run,
    "files": _files,
    "twice": _twice,
    "cut": _cut,
    "reconcile": _reconcile,
    "trimmed": _trimmed,
    "too-long": _too_long,
    "origins": _origins,
    "receipt": _receipt,
    "refusal": _refusal,
    "challenge": _challenge,
    "secrets": _secrets,
}
"""Every check by its name, in the order in which they are made; ``secrets`` looks at what the others left."""


def meaning_of(check: str) -> str:
    """Return what a check proves, one sentence.

    Args:
        check: A name of `CHECKS`.
    """
    return {
        "lint": _("The definition has no mistake, and declares success, refusal and challenge."),
        "dry-run": _("A dry run sends nothing, even from a page that saves as you type."),
        "files": _("It files once, with every value as planned."),
        "twice": _("A button that sends twice files once."),
        "cut": _("A connection cut after storing is unknown, and filed once."),
        "reconcile": _("What a cut left unknown is found by looking, not by sending."),
        "trimmed": _("A page that trims what is typed is noticed before anything is sent."),
        "too-long": _("A letter over the limit is refused, never cut."),
        "origins": _("What is typed reaches no other origin."),
        "receipt": _("A receipt number is never made up."),
        "refusal": _("The channel's refusal is told as a refusal."),
        "challenge": _("The channel's question to a person is told as one."),
        "secrets": _("A secret stands in no file and in nothing printed."),
    }[check]


def _expect(trial: Trial, outcomes: tuple[Outcome, ...], rows: int | None = None) -> None:
    if trial.faults:
        raise Violation(_("The plugin or the tool has a fault. {why}").format(why=_why(trial)))
    judge(trial.report, trial.stand_in.stored, outcomes, rows, _why(trial))


def _why(trial: Trial) -> str:
    fault = trial.faults.strip().splitlines()[-1:]
    said = trial.report.reason or trial.report.task
    place = place_of(trial.definition, said)
    remedy = _("Correct it there; complain doctor ID compares the real form.") if place else ""
    return " ".join(part for part in (f"{place}: {said}" if place else said, remedy, *fault) if part)


def _reads_receipts(channel: FormChannel) -> bool:
    return type(channel).read_receipt is not FormChannel.read_receipt


def _fields(channel: FormChannel) -> list[tuple[str, ...]]:
    return [field.templates for page in channel.definition.pages for field in page.fields if field.value]


def _is_typed(templates: tuple[str, ...]) -> bool:
    return any(template.strip() for template in templates)


def _tight(definition: FormDefinition) -> FormDefinition:
    letter = definition.limits.letter.model_copy(update={"min": 0, "max": SHORT_LETTER})
    limits = definition.limits.model_copy(update={"letter": letter})
    return definition.model_copy(update={"limits": limits})


def _differences(trial: Trial) -> Iterator[str]:
    if not trial.stand_in.record.rows:
        yield _("The far side holds a filing that did not come by the declared request.")
        return
    row = trial.stand_in.record.rows[0]
    if isinstance(trial.stand_in, StandIn):
        yield from _other_values(trial, row)
    everything = "\n".join(value for values in row.values.values() for value in values)
    takes_letter = any("letter" in f.source for p in trial.draft.pages for f in p.fields)
    if takes_letter and row.values and trial.draft.letter.strip() not in everything:
        yield _("The letter was not filed whole.")


def _other_values(trial: Trial, row: Row) -> Iterator[str]:
    """Only a stand-in knows which of its fields is which."""
    for number, page in enumerate(trial.draft.pages):
        for place, field in enumerate(page.fields):
            name = f"f{number}-{place}"
            expected = _expected(field)
            if expected is None:
                continue
            held = tuple(
                row.files.get(name, ()) if field.action is Action.FILES else row.values.get(name, ())
            )
            if held != expected:
                yield _("“{field}” was filed with another value than planned.").format(field=field.name)


def _expected(field: PlannedField) -> tuple[str, ...] | None:
    """What the far side should hold for a field; None where nothing can be said."""
    if field.action is Action.FILES:
        return tuple(attachment.sha256 for attachment in field.attachments)
    if field.action is Action.CHECK and field.values in (("true",), ("false",)):
        return ("on",) if field.values == ("true",) else ()
    if field.action is Action.ASK:
        return None
    return tuple(value.replace("\r\n", "\n") for value in field.values)
