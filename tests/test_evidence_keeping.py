"""``complain evidence add`` and ``list``: copies, hashes and numbers; the case file keeps all else."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complain.case.load import load_case
from complain.errors import UsageError
from complain.evidence.case_file import with_entries
from complain.evidence.keeping import add_evidence, list_evidence
from fakes.cli import EXAMPLE, Cli, copy_example

TEXT = (EXAMPLE / "case.toml").read_text(encoding="utf-8")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "case")


def test_add_copies_hashes_numbers_and_leaves_the_original_untouched(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    original = tmp_path / "来电 录音.m4a"
    original.write_bytes(b"sound")
    before = original.stat()

    result = cli("evidence", "add", original, "--title", "第一次来电录音", "--case", case, "--json")

    [entry] = result.json["evidence"]
    assert entry["number"] == 4 and entry["new"] is True
    assert entry["sha256"] == hashlib.sha256(b"sound").hexdigest()
    assert (case / entry["file"]).read_bytes() == b"sound"
    assert original.read_bytes() == b"sound" and original.stat().st_mtime_ns == before.st_mtime_ns
    assert load_case(case).evidence[3].title == "第一次来电录音"


def test_add_says_the_number_and_the_hash(cli: Cli, case: Path, tmp_path: Path) -> None:
    (tmp_path / "bill.pdf").write_bytes(b"bill")
    said = cli("evidence", "add", tmp_path / "bill.pdf", "--case", case).stdout
    assert "Evidence 4" in said and hashlib.sha256(b"bill").hexdigest() in said


def test_add_never_overwrites_and_does_not_add_the_same_content_twice(case: Path, tmp_path: Path) -> None:
    there = case / "evidence" / "04-shot.png"
    there.write_bytes(b"somebody's own file")
    first, second = tmp_path / "shot.png", tmp_path / "again.png"
    first.write_bytes(b"picture")
    second.write_bytes(b"picture")

    one, two = add_evidence(load_case(case), case, [first, second])

    assert there.read_bytes() == b"somebody's own file"
    assert one.file == "evidence/04-shot-2.png" and two.file == one.file and two.number == 4
    assert len(load_case(case).evidence) == 4


def test_add_enters_nothing_when_a_file_cannot_be_read(case: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a")
    before = (case / "case.toml").read_bytes()
    with pytest.raises(UsageError):
        add_evidence(load_case(case), case, [tmp_path / "a.png", tmp_path / "missing.png"])
    assert (case / "case.toml").read_bytes() == before


def test_a_file_that_lies_in_the_case_folder_is_entered_where_it_is(case: Path) -> None:
    (case / "photo.jpg").write_bytes(b"photo")
    [entry] = add_evidence(load_case(case), case, [case / "photo.jpg"])
    assert entry.file == "photo.jpg"
    with pytest.raises(UsageError, match=r"case\.toml is the case itself"):
        add_evidence(load_case(case), case, [case / "case.toml"])


def test_list_hashes_what_lies_there_now(cli: Cli, case: Path) -> None:
    before = cli("evidence", "list", case, "--json").json["evidence"]
    (case / "evidence" / "02-sms.jpg").write_bytes(b"other")
    after = cli("evidence", "list", case, "--json").json["evidence"]
    assert [entry["number"] for entry in after] == [1, 2, 3]
    assert before[1]["sha256"] != after[1]["sha256"] == hashlib.sha256(b"other").hexdigest()
    assert "通话记录截图" in cli("evidence", "list", case).stdout
    assert len(list_evidence(load_case(case), case)) == 3


def test_every_old_line_and_comment_of_the_case_file_stays_in_its_order() -> None:
    changed = with_entries(TEXT, "incidents", [{"at": "2026-10-30 23:00", "kind": "night-call"}])
    lines = iter(changed.splitlines())
    assert all(line in lines for line in TEXT.splitlines()), "each old line follows the one before it"
    after = changed.index("2026-10-30 23:00")
    assert after < changed.index("# 此前与机构的沟通") < changed.index("[[contacts]]")


@pytest.mark.parametrize(
    "text",
    [
        'id = "x"\n',
        'evidence = []\nid = "x"\n',
        'evidence = [{ file = "a.png" }]\n',
        '[[evidence]]\nfile = "a.png"\n# last words',
        'id = "x"\r\n[[evidence]]\r\nfile = "a.png"\r\n\r\n# about demands\r\n[[demands]]\r\nkind = "hours"\r\n',
    ],
)
def test_entries_are_appended_to_a_list_however_it_is_written(text: str) -> None:
    changed = with_entries(text, "evidence", [{"file": "b.png"}, {"file": "c.png"}])
    old = tomllib.loads(text).get("evidence", [])
    assert tomllib.loads(changed)["evidence"] == [*old, {"file": "b.png"}, {"file": "c.png"}]
    assert ("\r\n" in text) == ("\r\n" in changed)


def test_a_list_that_cannot_be_added_to_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be added to"):
        with_entries('[evidence]\nfile = "a.png"\n', "evidence", [{"file": "b.png"}])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=3))
def test_any_text_survives_in_an_entry(titles: list[str]) -> None:
    entries = [{"file": "a.png", "title": title} for title in titles]
    assert tomllib.loads(with_entries(TEXT, "evidence", entries))["evidence"][3:] == entries
