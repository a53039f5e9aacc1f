"""``complain evidence import-calls``, start to end: read, tick, keep, draft, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from complain.case.asking import AnswersEnded, Talk
from complain.case.load import load_case
from complain.case.model import Case
from complain.environment import Environment
from complain.errors import PersonNeeded, UsageError
from complain.evidence.calls import CallLog, numbers_by_count
from complain.evidence.case_file import append_entries
from complain.evidence.cells import Cell, CellFault, read_number
from complain.evidence.drafting import DraftIncident, draft_incidents
from complain.evidence.headings import Columns, columns, known_columns
from complain.evidence.keeping import add_evidence
from complain.evidence.kept_calls import KeptLog, Ticked, keep, load_kept, ticked_numbers
from complain.evidence.limits import lender_types, lenders
from complain.evidence.mappings import named_places, remember, remembered
from complain.evidence.merging import merge
from complain.evidence.operator_list import Dates
from complain.evidence.reading import read_call_log
from complain.evidence.tally import incoming
from complain.evidence.ticking import Shown, ask_columns, ask_numbers, ask_ticked, confirm_drafts
from complain.i18n import _


@dataclass(frozen=True)
class ImportRequest:
    """What the command line asks for.

    Attributes:
        file: The call log.
        folder: The case folder.
        most: Answered calls a day above which a day's calls are drafted as incidents.
        numbers: The collectors'; empty: they are asked for.
        reason: Why these numbers are the collectors'.
        lender: For whom they collect, as named in the case; empty when not known.
        columns: ``field=column`` for a list with unknown headings.
        year: Of a list that leaves it out.
        keep_file: Whether the file itself becomes evidence.
        reveal: Whether every number is shown in whole.
        ask: Whether a person answers.
    """

    file: Path
    folder: Path
    most: int
    numbers: tuple[str, ...] = ()
    reason: str = ""
    lender: str = ""
    columns: tuple[str, ...] = ()
    year: int | None = None
    keep_file: bool = False
    reveal: bool = False
    ask: bool = True


@dataclass(frozen=True)
class Imported:
    """What came of it.

    Attributes:
        log: As read; in memory only.
        kept: What was kept; None when nothing was ticked.
        drafts: Incidents that the calls suggest and the case does not have.
        entered: Those that the person confirmed; they stand in ``case.toml`` now.
        file_number: Of the whole file as evidence; None when it was not kept.
    """

    log: CallLog
    kept: KeptLog | None
    drafts: tuple[DraftIncident, ...] = ()
    entered: tuple[DraftIncident, ...] = ()
    file_number: int | None = None


def import_calls(environment: Environment, request: ImportRequest) -> Imported:
    """Read a call log and keep the rows of the collectors' numbers.

    Args:
        environment: Streams, clock, and the home where columns are remembered.
        request: What the command line asks for.

    Raises:
        UsageError: The file is no call log, or a number has no reason.
        PersonNeeded: Nobody says which numbers are the collectors'.
        CaseMistakes: The case has mistakes.
    """
    case = load_case(request.folder, now=environment.now())
    talk = Talk(environment.stdin, environment.stderr, environment.now)
    try:
        log = _read(environment, request, talk)
        ticked = _ticked(case, log, request, talk)
    except AnswersEnded:
        raise _person_needed() from None
    if not ticked:
        return Imported(log, None)
    kept = keep(request.folder, log, ticked, environment.now())
    number = _keep_file(case, request)
    drafts = drafts_of(case, request.folder, request.most)
    entered = enter_confirmed(request.folder, talk, drafts, number) if request.ask else ()
    return Imported(log, kept, drafts, entered, number)


def _person_needed() -> PersonNeeded:
    return PersonNeeded(
        _(
            "Only you can say what stands in this list and which numbers are the collectors'; nothing was kept."
        ),
        next_step=_("Run it in a terminal, or name them with --number and --reason."),
    )


def _read(environment: Environment, request: ImportRequest, talk: Talk) -> CallLog:
    def find(heading: Sequence[Cell]) -> Columns:
        return _find_columns(environment, request, talk, heading)

    log = read_call_log(request.file, find, Dates(environment.now(), request.year))
    if not log.calls:
        raise UsageError(
            _("{name} holds no call that could be read; {broken} rows are broken.").format(
                name=log.file, broken=len(log.broken)
            ),
            next_step=_("Name the columns with --column, as --column number=3 --column at=1."),
        )
    return log


def _find_columns(
    environment: Environment, request: ImportRequest, talk: Talk, heading: Sequence[Cell]
) -> Columns:
    known = known_columns(heading)
    if known is not None and not request.columns:
        return known
    places: dict[str, int] | None
    if request.columns:
        places = named_places(request.columns, heading)
    else:
        places = remembered(environment.home, heading)
    if places is None:
        if not request.ask:
            raise _unknown_headings()
        places = ask_columns(talk, heading)
    found = columns(places, heading)
    if found is None:
        raise _unknown_headings()
    remember(environment.home, heading, places)
    return found


def _unknown_headings() -> UsageError:
    return UsageError(
        _("The headings of this list are not known: which column holds the number, and which the time?"),
        next_step=_("Name them, as --column number=3 --column at=1; they are remembered."),
    )


def _ticked(case: Case, log: CallLog, request: ImportRequest, talk: Talk) -> list[Ticked]:
    names = list(lender_types(case))
    if request.numbers:
        return _named(log, request, names)
    if not request.ask:
        raise _person_needed()
    counts = numbers_by_count(log.calls)
    shown = Shown(_case_numbers(case), request.reveal)
    return ask_ticked(talk, ask_numbers(talk, counts, shown), names, shown)


def _case_numbers(case: Case) -> frozenset[str]:
    found: set[str] = set()
    for incident in case.incidents:
        try:
            found.add(read_number(incident.number))
        except CellFault:
            continue  # an account or a word: it is no number of a call log
    return frozenset(found)


def _named(log: CallLog, request: ImportRequest, lenders: Sequence[str]) -> list[Ticked]:
    if not request.reason.strip():
        raise UsageError(
            _("A number is the collectors' only with a stated reason; nothing was kept."),
            next_step=_('Add the reason, as --reason "The caller spoke of my overdue loan".'),
        )
    if request.lender and request.lender not in lenders:
        raise UsageError(
            _("The case names no lender “{lender}”.").format(lender=request.lender),
            next_step=_("Write it as in case.toml: {lenders}.").format(lenders=_(", ").join(lenders)),
        )
    there = {call.number for call in log.calls}
    return [Ticked(_in_log(text, there), request.reason.strip(), request.lender) for text in request.numbers]


def _in_log(text: str, there: set[str]) -> str:
    try:
        number = read_number(text)
    except CellFault:
        number = ""
    if number not in there or not number:
        raise UsageError(
            _("One of the numbers named with --number does not stand in this call log; nothing was kept."),
            next_step=_("Leave --number out to see the numbers of the log."),
        )
    return number


def _keep_file(case: Case, request: ImportRequest) -> int | None:
    if not request.keep_file:
        return None
    [entry] = add_evidence(
        case, request.folder, [request.file], _("Call log: {name}").format(name=request.file.name)
    )
    return entry.number


def drafts_of(case: Case, folder: Path, most: int) -> tuple[DraftIncident, ...]:
    """Return the incidents that all kept calls suggest and the case does not have; see `draft_incidents`."""
    logs = load_kept(folder)
    of = lenders(case, ticked_numbers(logs).values())
    return draft_incidents(case, incoming(merge(logs)), of, most)


def enter_confirmed(
    folder: Path, talk: Talk, drafts: Sequence[DraftIncident], number: int | None
) -> tuple[DraftIncident, ...]:
    """Ask of each draft whether it happened so, and enter those that the person confirms.

    Args:
        folder: The case folder.
        talk: Asks.
        drafts: As drafted.
        number: Of the evidence that shows them, or None.
    """
    if not drafts:
        return ()
    talk.say(_("These calls can stand in the case as incidents. Each is entered only if you say so:"))
    confirmed = confirm_drafts(talk, drafts)
    if confirmed:
        append_entries(folder, "incidents", [draft.entry(number) for draft in confirmed])
    return tuple(confirmed)
