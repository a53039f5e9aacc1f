"""Everything that is kept of a case, found and removed: for a person who shares the computer (U9).

What belongs to no single case (log-ins, secrets, the practice desks' records) goes with the last case of a home.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from complain.archive.bag import TAG_MANIFEST, find_bags, tag_manifest_sha256
from complain.archive.export import bag_files, zip_receipts
from complain.archive.forgotten import remember_forgotten
from complain.archive.index import KeptReceipt, read_receipt
from complain.archive.verify import verify_bag
from complain.browser.sessions import SessionStore
from complain.durable import make_folder, sync_folder, write_durably
from complain.environment import Home
from complain.errors import UsageError
from complain.filing.journal import Event, open_journal
from complain.filing.lock import case_lock
from complain.filing.transitions import State
from complain.i18n import _
from complain.vault import PracticeVault, Vault, known_names

RUN_NOTE = "run.json"
"""In a run's folder: which case the run was about, for runs that left no row in the journal."""

_PARTED = frozenset(
    {"archive", "runs", "packs", "sessions", "signatures", "locks", "kept", "journal.sqlite", "secrets.json"}
)
"""What of a home is told apart by case, or removed by other means."""

_MAY_BE_SENT = frozenset({State.COMMITTING, State.FILED, State.FILED_UNVERIFIED, State.UNKNOWN})


@dataclass(frozen=True)
class Traces:
    """What one home keeps of a case.

    Attributes:
        home: The home.
        case: The case's id.
        receipts: Bags of the archive.
        runs: Folders with previews and evidence.
        further: Other files and folders: packs, the signature, older copies of the journal, practice records.
        journal_rows: Rows of the journal.
        may_be_sent: Titles of the channels whose filing reached the other side, or may have.
        sessions: Channels whose log-in is removed too.
        secrets: Names in the password store that are removed too.
        others: Other cases of this home; while there are any, what is shared with them is kept.
    """

    home: Home
    case: str
    receipts: tuple[Path, ...]
    runs: tuple[Path, ...]
    further: tuple[Path, ...]
    journal_rows: int
    may_be_sent: tuple[str, ...]
    sessions: tuple[str, ...]
    secrets: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept of the case here."""
        kept = (self.receipts, self.runs, self.further, self.journal_rows, self.sessions, self.secrets)
        return not any(kept)


def note_run(run_folder: Path, case: str) -> None:
    """Write down which case a run is about, so that `forget` finds the run.

    Args:
        run_folder: ``runs/<run>``; made when missing.
        case: The case's id.
    """
    write_durably(make_folder(run_folder) / RUN_NOTE, json.dumps({"case": case}).encode())


def find_traces(home: Home, case: str) -> Traces:
    """Return what a home keeps of a case; nothing is changed and the password store is not asked.

    Args:
        home: A real home or a practice home.
        case: The case's id.
    """
    events, cases = _journal(home, case)
    titles = {event.channel: str(event.data["title"]) for event in events if "title" in event.data}
    others = tuple(sorted({*cases, *_cases_on_disk(home)} - {case}))
    last = not others
    archive = home.archive / case
    return Traces(
        home=home,
        case=case,
        receipts=tuple(bag for bag in find_bags(home.archive) if archive in bag.parents),
        runs=tuple(_runs(home, case, {event.run for event in events}, last)),
        further=tuple(sorted({path for path in _further(home, case, last) if path.exists()})),
        journal_rows=len(events),
        may_be_sent=tuple(
            sorted({titles.get(e.channel, e.channel) for e in events if e.state in _MAY_BE_SENT})
        ),
        sessions=SessionStore(home, PracticeVault({})).channels() if last else (),
        secrets=tuple(n for n in known_names(home) if last or n.startswith(f"{case}.")),
        others=others,
    )


def export_case(target: Path, traces: Sequence[Traces], own_files: Sequence[Path]) -> None:
    """Write one zip with all receipts of a case, its journal and the person's own files.

    Args:
        target: The file; must not exist and must not lie in what is removed.
        traces: What the homes keep.
        own_files: Of the case folder, ``case.toml`` first.

    Raises:
        UsageError: There is a file of that name, or it would be removed with the rest.
    """
    _check_target(target, traces)
    files = {f"case/{p.relative_to(own_files[0].parent).as_posix()}": p.read_bytes() for p in own_files}
    receipts: list[KeptReceipt] = []
    for found in traces:
        kept = [read_receipt(bag) for bag in found.receipts]
        if found.home.practice:
            files.update((f"practice/{name}", data) for one in kept for name, data in bag_files(one))
        else:
            receipts.extend(kept)
            files["journal.json"] = _extract(found)
    write_durably(target, zip_receipts(receipts, files))


def damage(traces: Sequence[Traces]) -> list[str]:
    """Return what differs in the receipts from how they were kept, in sentences.

    Args:
        traces: What the homes keep.
    """
    return [
        finding.sentence()
        for found in traces
        for bag in found.receipts
        for finding in verify_bag(bag, found.home.archive)
    ]


def _check_target(target: Path, traces: Sequence[Traces]) -> None:
    if target.exists() or not target.parent.is_dir():
        raise UsageError(
            _("{path} is there already, or its folder is not. Nothing was removed.").format(path=target)
        )
    if any(target.resolve().is_relative_to(found.home.path.resolve()) for found in traces):
        raise UsageError(
            _("{path} lies in the folder that is being cleared. Nothing was removed.").format(path=target)
        )


def _extract(found: Traces) -> bytes:
    events = _journal(found.home, found.case)[0]
    return json.dumps([asdict(event) for event in events], ensure_ascii=False, indent=1, default=str).encode()


def remove_traces(traces: Traces, vault: Vault) -> tuple[Path, ...]:
    """Remove what `find_traces` found; may be called again after a crash.

    Args:
        traces: What to remove.
        vault: Where the secrets are.

    Returns:
        What could not be removed.

    Raises:
        CaseLocked: A run is working on the case; nothing was removed.
        VaultUnavailable: There are secrets to remove, but their store cannot be used; nothing was removed.
    """
    home, case = traces.home, traces.case
    with case_lock(home.locks, case):
        for name in traces.secrets:
            vault.delete(name)
        _remember_bags(traces)
        for channel in traces.sessions:
            SessionStore(home, vault).forget(channel)
        archive = home.archive / case if traces.others else home.archive
        paths = (archive, *traces.runs, *traces.further)
        stuck = tuple(path for path in paths if not _remove(path))
        if traces.journal_rows:
            with closing(open_journal(home.journal)) as journal:
                journal.forget_case(case)
        _remove(home.kept)
        # While it is held: removed later, it might be the lock of a run that has just begun.
        _remove(home.locks / f"{case}.lock")
    _drop_empty(home)
    return stuck


def _journal(home: Home, case: str) -> tuple[list[Event], list[str]]:
    if not home.journal.is_file():
        return [], []
    with closing(open_journal(home.journal)) as journal:
        return journal.events(case), journal.cases()


def _cases_on_disk(home: Home) -> Iterator[str]:
    for folder in (home.archive, home.packs):
        yield from (path.name for path in folder.glob("[!.]*") if path.is_dir())
    yield from (path.stem for path in (home.path / "signatures").glob("[!.]*.json"))
    yield from (case for run in home.runs.glob("*") if (case := _case_of_run(run)))


def _case_of_run(run: Path) -> str | None:
    path = run / RUN_NOTE
    if not path.is_file():
        return None
    note: dict[str, str] = json.loads(path.read_bytes())
    return note.get("case")


def _runs(home: Home, case: str, in_journal: set[str], last: bool) -> Iterable[Path]:
    runs = sorted(home.runs.glob("*"))
    return [run for run in runs if last or run.name in in_journal or _case_of_run(run) == case]


def _further(home: Home, case: str, last: bool) -> Iterator[Path]:
    yield home.packs / case
    yield home.path / "signatures" / f"{case}.json"
    yield from sorted(home.path.glob("journal.v*.sqlite"))  # made before an update; they hold all cases
    if home.practice and last:  # what the desks received, the practice mailbox
        yield from (path for path in sorted(home.path.glob("*")) if path.name not in _PARTED)


def _remember_bags(traces: Traces) -> None:
    """Keep the hashes of the bags that go, so that the chain of the other cases' bags still holds."""
    whole = [bag for bag in traces.receipts if (bag / TAG_MANIFEST).is_file()]
    if traces.others:
        remember_forgotten(traces.home.archive, [tag_manifest_sha256(bag) for bag in whole])


def _remove(path: Path) -> bool:
    """Remove a file, a link or a whole folder; say whether it is gone."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return False  # held open by another program, or not ours: reported to the person by name
    if path.parent.is_dir():
        sync_folder(path.parent)
    return True


def _drop_empty(home: Home) -> None:
    """Remove folders that hold nothing any more, so that an empty home tells nothing."""
    for folder in (home.runs, home.packs, home.sessions, home.path / "signatures"):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
