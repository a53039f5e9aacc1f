"""Forgetting a case: what is shown, what is asked, what is gone afterwards, and what is said to remain."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from complain.browser.sessions import SessionStore
from complain.case.signature import record_signature
from complain.cli.main import run
from complain.environment import Home
from complain.filing.case_files import named_case
from complain.filing.forgetting import find_traces, note_run, remove_traces
from complain.filing.journal import open_journal
from complain.filing.lock import case_lock
from complain.filing.transitions import State
from complain.vault import PracticeVault
from fakes.bags import NOW, keep
from fakes.terminal import at_terminal


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COMPLAIN_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "evidence").mkdir(parents=True)
    (folder / "case.toml").write_text(
        'id = "kiwi"\n[[evidence]]\nfile = "evidence/1.png"\n[[evidence]]\nfile = "../outside.png"\n',
        encoding="utf-8",
    )
    (folder / "evidence" / "1.png").write_bytes(b"original")
    (folder.parent / "outside.png").write_bytes(b"not in the folder")
    (folder / "diary.txt").write_text("mine", encoding="utf-8")
    return folder


def furnish(home: Home, case: str) -> None:
    """Leave every kind of trace that a case leaves."""
    keep(home, case)
    for path in (home.runs / f"run-{case}" / "preview.html", home.packs / case / "website" / "index.html"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"canary of {case}", encoding="utf-8")
    note_run(home.runs / f"run-{case}", case)
    (home.runs / "run-1").mkdir(exist_ok=True)
    record_signature(home, case, "0" * 64, NOW)
    with case_lock(home.locks, case):
        pass


def traces_on_disk(home: Home, word: str) -> list[str]:
    named = [str(path) for path in home.root.rglob("*") if word in path.name]
    return named + [str(p) for p in home.root.rglob("*") if p.is_file() and word.encode() in p.read_bytes()]


def test_nothing_in_the_home_names_the_case_any_more(home: Home) -> None:
    furnish(home, "kiwi")

    assert run(["forget", "kiwi", "--yes", "--no-export"]) == 0

    assert traces_on_disk(home, "kiwi") == []
    assert sorted(path.name for path in home.root.iterdir()) == ["journal.sqlite", "locks"]


def test_what_may_have_arrived_is_named_as_a_person_calls_it(home: Home) -> None:
    with closing(open_journal(home.journal)) as journal:
        attempt = journal.begin("kiwi", "in-app", "run", NOW, {"title": "平台 App 内投诉"})
        for state in (State.PREPARED, State.CONFIRMED, State.COMMITTING):
            journal.record("kiwi", "in-app", attempt, "run", state, NOW)

    assert find_traces(home, "kiwi").may_be_sent == ("平台 App 内投诉",)


def test_other_cases_keep_everything_of_theirs(home: Home) -> None:
    furnish(home, "two-cases")
    before = {
        path: path.read_bytes()
        for path in home.root.rglob("*")
        if path.is_file() and "two-cases" in str(path)
    }
    furnish(home, "kiwi")
    SessionStore(home, PracticeVault({})).save("website", {})

    assert run(["forget", "kiwi", "--yes", "--no-export"]) == 0

    assert {path: path.read_bytes() for path in before} == before
    assert SessionStore(home, PracticeVault({})).channels() == ("website",)
    with closing(open_journal(home.journal)) as journal:
        assert (journal.cases(), len(journal.archived())) == (["two-cases"], 1)
    assert run(["receipts", "verify"]) == 0


def test_the_last_case_takes_log_ins_and_secrets_along(home: Home) -> None:
    secrets = {"mail.password": "x"}
    vault = PracticeVault(secrets)
    furnish(home, "kiwi")
    SessionStore(home, vault).save("website", {})
    (home.path / "secrets.json").write_text('{"names": ["mail.password", "session-key"]}', encoding="utf-8")

    remove_traces(find_traces(home, "kiwi"), vault)

    assert secrets == {}
    assert not home.sessions.exists()


def test_a_run_that_left_no_row_in_the_journal_is_found_by_its_note(home: Home) -> None:
    furnish(home, "two")
    note_run(home.runs / "dry-run", "kiwi")

    traces = find_traces(home, "kiwi")

    assert [path.name for path in traces.runs] == ["dry-run"]


def test_a_rehearsal_of_the_case_is_forgotten_with_it(home: Home) -> None:
    practice = Home(home.root, practice=True)
    furnish(home, "kiwi")
    furnish(practice, "kiwi")
    (practice.path / "desks.sqlite").write_bytes(b"what the desks received")
    (practice.path / "mailbox" / "new").mkdir(parents=True)

    assert run(["forget", "kiwi", "--yes", "--no-export"]) == 0

    assert traces_on_disk(home, "kiwi") == []
    assert sorted(path.name for path in practice.path.iterdir()) == ["journal.sqlite", "locks"]


def test_practice_alone_is_forgotten_when_asked_so(home: Home, folder: Path) -> None:
    furnish(home, "kiwi")
    furnish(Home(home.root, practice=True), "kiwi")

    assert run(["forget", str(folder), "--practice", "--yes", "--no-export", "--with-folder"]) == 0

    assert run(["receipts", "list", "kiwi"]) == 0
    assert run(["receipts", "list", "kiwi", "--practice"]) == 2
    assert (folder / "case.toml").is_file()


def test_the_persons_own_files_stay_unless_asked_for(
    home: Home, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(home, "kiwi")

    assert run(["forget", str(folder), "--yes", "--no-export"]) == 0
    assert (folder / "evidence" / "1.png").is_file()
    assert str(folder) in capsys.readouterr().out

    assert run(["forget", str(folder), "--yes", "--no-export", "--with-folder"]) == 0
    assert [path.name for path in folder.iterdir()] == ["diary.txt"]
    assert (folder.parent / "outside.png").is_file()


def test_the_export_holds_receipts_journal_and_own_files(home: Home, folder: Path, tmp_path: Path) -> None:
    furnish(home, "kiwi")
    target = tmp_path / "copy.zip"

    assert run(["forget", str(folder), "--yes", "--export", str(target), "--with-folder"]) == 0

    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        assert archive.read("receipts/case/evidence/1.png") == b"original"
        assert len(json.loads(archive.read("receipts/journal.json"))) == 5
    assert {"receipts/case/case.toml", "receipts/kiwi/website/1/data/letter.txt"} <= names


@pytest.mark.parametrize("place", ["exists", "inside"])
def test_when_the_export_cannot_be_written_nothing_is_removed(home: Home, tmp_path: Path, place: str) -> None:
    furnish(home, "kiwi")
    (tmp_path / "taken.zip").write_bytes(b"mine")
    target = tmp_path / "taken.zip" if place == "exists" else home.path / "copy.zip"

    assert run(["forget", "kiwi", "--yes", "--export", str(target)]) == 2
    assert run(["receipts", "verify"]) == 0
    assert run(["receipts", "list", "kiwi"]) == 0


def test_a_damaged_receipt_is_named_before_it_is_gone(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(home, "kiwi")
    (home.archive / "kiwi" / "website" / "1" / "data" / "letter.txt").write_bytes(b"x")

    assert run(["forget", "kiwi", "--yes", "--export", str(tmp_path / "copy.zip")]) == 0
    assert "data/letter.txt" in capsys.readouterr().err


def forget_without_terminal(home: Home, *options: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "complain", "forget", "kiwi", *options],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COMPLAIN_HOME": str(home.root)},
        timeout=60,
    ).returncode


@pytest.mark.parametrize(
    ("options", "code"),
    [([], 3), (["--no-export"], 3), (["--yes"], 2), (["--yes", "--no-export", "--export", "x"], 2)],
)
def test_without_a_terminal_nothing_is_removed_that_was_not_spelled_out(
    home: Home, options: list[str], code: int
) -> None:
    furnish(home, "kiwi")

    assert forget_without_terminal(home, *options) == code
    assert run(["receipts", "list", "kiwi"]) == 0


def forget_at_terminal(home: Home, folder: Path, *dialogue: tuple[str, str]) -> tuple[int, str]:
    environ = {**os.environ, "COMPLAIN_HOME": str(home.root), "LANGUAGE": "en"}
    return at_terminal([sys.executable, "-m", "complain", "forget"], dialogue, cwd=folder, environ=environ)


def test_a_person_types_the_id_and_keeps_a_copy_in_the_case_folder(home: Home, folder: Path) -> None:
    furnish(home, "kiwi")

    code, shown = forget_at_terminal(
        home, folder, ("zip file first", ""), ("Type the case", "kiwi"), ("own files", "yes")
    )

    assert code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["diary.txt", "receipts-kiwi.zip"]
    assert traces_on_disk(home, "kiwi") == []
    assert "receipts: 1" in shown
    assert "Backups" in shown


@pytest.mark.parametrize("typed", ["", "yes", "KIWI", "two"])
def test_anything_but_the_id_removes_nothing(home: Home, folder: Path, typed: str) -> None:
    furnish(home, "kiwi")

    code, shown = forget_at_terminal(home, folder, ("zip file first", "-"), ("Type the case", typed))

    assert code == 3
    assert "Nothing was removed" in shown
    assert run(["receipts", "list", "kiwi"]) == 0


def test_while_a_run_works_on_the_case_nothing_is_removed(home: Home) -> None:
    furnish(home, "kiwi")

    with case_lock(home.locks, "kiwi"):
        assert forget_without_terminal(home, "--yes", "--no-export") == 7
    assert run(["receipts", "verify"]) == 0


def test_what_may_have_been_sent_is_said(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    furnish(home, "kiwi")

    run(["forget", "kiwi", "--yes", "--no-export"])

    assert "website" in capsys.readouterr().err


def test_a_case_that_is_not_kept_is_no_mistake_and_json_is_one_document(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forget", "nothing", "--yes", "--no-export", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["exit_code"] == 0
    assert not home.root.exists()


def test_forgetting_goes_on_where_a_crash_stopped_it(home: Home, folder: Path) -> None:
    furnish(home, "kiwi")
    traces = find_traces(home, "kiwi")
    for path in traces.receipts[0].parent.rglob("*.txt"):
        path.unlink()

    assert run(["forget", "kiwi", "--yes", "--no-export"]) == 0
    assert traces_on_disk(home, "kiwi") == []


def test_a_folder_that_is_copied_elsewhere_is_named_with_the_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "Dropbox" / "home")
    furnish(home, "kiwi")

    run(["forget", "kiwi", "--yes", "--no-export", "--home", str(home.root)])

    assert "Dropbox:" in capsys.readouterr().out


def test_a_case_is_named_by_folder_file_or_id(folder: Path) -> None:
    assert named_case(folder)[0] == named_case(folder / "case.toml")[0] == "kiwi"
    assert named_case(Path("gone-case"))[0] == "gone-case"
    assert dt.datetime.now(dt.UTC) > NOW
