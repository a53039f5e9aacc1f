"""Verification names every file that differs, in both directions, and only those."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from complain.archive.forgotten import FORGOTTEN_FILE
from complain.archive.verify import Finding, Kind, verify_archive
from complain.cli.main import run
from complain.environment import Home
from complain.filing.forgetting import find_traces, remove_traces
from complain.filing.journal import open_journal
from complain.vault import PracticeVault
from fakes.bags import keep


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def check(home: Home) -> list[Finding]:
    with closing(open_journal(home.journal)) as journal:
        return verify_archive(home, journal.archived())


def found(home: Home) -> set[tuple[str, str]]:
    return {(finding.kind.value, finding.path) for finding in check(home)}


def test_an_untouched_archive_is_clean(home: Home) -> None:
    keep(home)
    keep(home, channel="in-app")
    keep(home, case="two")

    assert check(home) == []


def test_one_flipped_bit_in_any_file_names_that_file_with_both_hashes(home: Home) -> None:
    bag = keep(home)
    for path in sorted(path for path in bag.rglob("*") if path.is_file() and path.stat().st_size):
        before = path.read_bytes()
        path.write_bytes(bytes([before[0] ^ 1]) + before[1:])

        named = {finding.path: finding for finding in check(home)}

        name = path.relative_to(home.archive).as_posix()
        assert name in named
        if named[name].kind is Kind.CHANGED:
            assert len({named[name].expected, named[name].found}) == 2
        path.write_bytes(before)
    assert check(home) == []


def test_a_flipped_bit_in_the_payload_names_nothing_else(home: Home) -> None:
    letter = keep(home) / "data" / "letter.txt"
    letter.write_bytes(letter.read_bytes() + b"x")

    assert found(home) == {("changed", "one/website/1/data/letter.txt")}


def test_missing_and_added_files_are_named(home: Home) -> None:
    bag = keep(home)
    (bag / "data" / "letter.txt").unlink()
    (bag / "data" / "new.txt").write_bytes(b"")
    (bag / "note.txt").write_bytes(b"")

    assert found(home) == {
        ("missing", "one/website/1/data/letter.txt"),
        ("extra", "one/website/1/data/new.txt"),
        ("extra", "one/website/1/note.txt"),
    }


@pytest.mark.parametrize(
    "name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
)
def test_a_bag_without_one_of_its_own_lists_is_damaged(home: Home, name: str) -> None:
    (keep(home) / name).unlink()

    assert ("missing", f"one/website/1/{name}") in found(home)


def test_a_forged_bag_with_fitting_manifests_is_found_by_the_journal_and_by_the_chain(home: Home) -> None:
    bag, after = keep(home), keep(home, channel="in-app")
    shutil.copytree(keep(Home(home.root / "other"), case="one", channel="website"), bag, dirs_exist_ok=True)
    info = bag / "bag-info.txt"
    info.write_text(info.read_text() + "Forged: yes\n")
    _seal_again(bag)

    assert found(home) == {
        ("changed", "one/website/1/tagmanifest-sha256.txt"),
        ("chain", after.relative_to(home.archive).as_posix()),
    }


def _seal_again(bag: Path) -> None:
    import hashlib

    lines = (bag / "tagmanifest-sha256.txt").read_text().splitlines()
    names = [line.split("  ")[1] for line in lines]
    text = "".join(f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (bag / "tagmanifest-sha256.txt").write_text(text)


def test_a_bag_that_the_journal_names_and_that_is_gone_is_lost(home: Home) -> None:
    shutil.rmtree(keep(home))

    assert found(home) == {("lost", "one/website/1")}


def test_a_bag_that_the_journal_does_not_name_is_unrecorded(home: Home) -> None:
    shutil.copytree(keep(home), home.archive / "one" / "website" / "2")

    assert found(home) == {("unrecorded", "one/website/2")}


def test_the_leftover_of_a_crash_is_named_but_is_no_damage(home: Home) -> None:
    keep(home)
    (home.archive / "one" / "website" / ".2.part" / "data").mkdir(parents=True)

    assert [(finding.kind, finding.is_damage) for finding in check(home)] == [(Kind.LEFTOVER, False)]
    assert run(["receipts", "verify", "--home", str(home.root)]) == 0


def test_a_timestamp_that_came_later_is_no_difference(home: Home) -> None:
    stamps = keep(home) / "tsa"
    stamps.mkdir()
    (stamps / "response.tsr").write_bytes(b"stamp")

    assert check(home) == []


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_in_place_of_a_file_is_not_followed(home: Home, tmp_path: Path) -> None:
    letter = keep(home) / "data" / "letter.txt"
    letter.rename(tmp_path / "elsewhere")
    letter.symlink_to(tmp_path / "elsewhere")

    assert found(home) == {("unreadable", "one/website/1/data/letter.txt")}


@pytest.mark.parametrize(
    "line", ["0" * 64 + "  data/../../../x", "no hash at all", "0" * 64 + "  /etc/passwd"]
)
def test_a_manifest_line_that_leads_out_or_is_none_is_named_and_not_followed(home: Home, line: str) -> None:
    manifest = keep(home) / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + line + "\n")

    kinds = {(finding.kind.value, finding.found) for finding in check(home)}
    assert ("unreadable", "line 6") in kinds


def test_after_a_case_was_forgotten_the_chain_of_the_others_still_holds(home: Home) -> None:
    keep(home, case="two")
    keep(home)
    keep(home, case="two", channel="in-app")

    remove_traces(find_traces(home, "one"), PracticeVault({}))

    assert check(home) == []
    keep(home, case="two", channel="regulator")
    assert check(home) == []


def test_a_bag_that_vanished_without_being_forgotten_breaks_the_chain(home: Home) -> None:
    bag = keep(home, case="two")
    keep(home)
    shutil.rmtree(bag)

    assert ("chain", "one/website/1") in found(home)


def test_the_command_names_the_file_and_exits_6(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    letter = keep(home) / "data" / "letter.txt"
    assert run(["receipts", "verify", "--home", str(home.root)]) == 0
    letter.write_bytes(b"x")

    assert run(["receipts", "verify", "--home", str(home.root)]) == 6
    assert "one/website/1/data/letter.txt" in capsys.readouterr().out


@pytest.mark.parametrize("said", ['{"filed_at": "soon"}', '{"filed_at": "2026-11-23T08:00"}', "[]"])
def test_a_receipt_whose_own_words_are_damaged_is_named_and_listed(
    home: Home, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (keep(home) / "data" / "receipt.json").write_text(said)

    assert run(["receipts", "verify", "--home", str(home.root)]) == 6
    assert "one/website/1/data/receipt.json" in capsys.readouterr().out
    assert run(["receipts", "list", "--home", str(home.root), "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["receipts"]
    assert listed["filed_at"] is None


@pytest.mark.parametrize("text", ["[", "3"])
def test_a_damaged_list_of_what_was_removed_is_damage_and_no_fault_of_the_tool(
    home: Home, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home)
    (home.archive / FORGOTTEN_FILE).write_text(text)

    assert run(["receipts", "verify", "--home", str(home.root)]) == 6
    assert FORGOTTEN_FILE in capsys.readouterr().err


def test_with_json_the_command_prints_one_document(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (keep(home) / "data" / "letter.txt").unlink()

    code = run(["receipts", "verify", "--home", str(home.root), "--json"])

    document = json.loads(capsys.readouterr().out)
    assert (code, document["exit_code"], document["clean"]) == (6, 6, False)
    assert [(f["kind"], f["path"]) for f in document["findings"]] == [
        ("missing", "one/website/1/data/letter.txt")
    ]


def test_verifying_an_empty_home_makes_nothing_in_it(home: Home) -> None:
    assert run(["receipts", "verify", "--home", str(home.root)]) == 0
    assert not home.root.exists()


def test_practice_and_real_archives_are_checked_apart(home: Home) -> None:
    keep(home)
    practice = Home(home.root, practice=True)
    (keep(practice) / "data" / "letter.txt").unlink()

    assert run(["receipts", "verify", "--home", str(home.root)]) == 0
    assert run(["receipts", "verify", "--home", str(home.root), "--practice"]) == 6
