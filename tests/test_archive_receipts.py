"""Listing, showing and exporting receipts from the command line."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from complain.archive.export import zip_receipts
from complain.archive.index import kept_receipts, select_receipts
from complain.cli.main import run
from complain.environment import Home
from fakes.bags import is_valid, keep


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COMPLAIN_HOME", str(tmp_path / "home"))
    home = Home(tmp_path / "home")
    keep(home)
    keep(home, channel="in-app")
    keep(home, case="two")
    return home


def test_the_list_names_every_receipt_with_its_number_and_chinese_time(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["receipts", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["one/in-app/1", "one/website/1", "two/website/1"]
    assert "WZ-1" in lines[1]
    assert "2026-11-23 16:00" in lines[1]


def test_the_list_as_json_is_one_document(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["receipts", "list", "two", "--json"]) == 0

    [one] = json.loads(capsys.readouterr().out)["receipts"]
    assert (one["id"], one["number"], one["outcome"]) == ("two/website/1", "WZ-1", "filed")
    assert Path(one["path"]).is_dir()


def test_listing_and_showing_tell_names_and_hashes_but_never_contents(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["list"], ["list", "--json"], ["show", "one"], ["show", "one", "--json"], ["verify"]):
        assert run(["receipts", *command]) == 0

    shown = capsys.readouterr().out
    assert "data/letter.txt" in shown
    assert "本人的信" not in shown
    assert "PNG not really" not in shown


def test_a_case_folder_names_its_case(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my case"
    folder.mkdir()
    (folder / "case.toml").write_text('id = "two"\n', encoding="utf-8")

    assert run(["receipts", "list", str(folder)]) == 0
    assert "two/website/1" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["list", "show", "export"])
def test_a_name_without_a_receipt_is_a_mistake_of_the_command_line(home: Home, command: str) -> None:
    assert run(["receipts", command, "nothing/here"]) == 2


@pytest.mark.parametrize(
    ("identifier", "count"),
    [("one", 2), ("one/website", 1), ("one/website/1", 1), ("on", 0), ("", 0), ("/", 0)],
)
def test_a_receipt_is_named_by_case_channel_and_attempt(home: Home, identifier: str, count: int) -> None:
    assert len(select_receipts(kept_receipts(home.archive), identifier)) == count


def test_an_empty_archive_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["receipts", "list", "--home", str(tmp_path / "none")]) == 0
    assert "No receipt" in capsys.readouterr().out


def test_an_exported_bag_is_valid_for_another_tool(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"

    assert run(["receipts", "export", "one", "-o", str(target)]) == 0

    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "out")
    bags = sorted((tmp_path / "out" / "receipts" / "one").glob("*/*"))
    assert [is_valid(bag) for bag in bags] == [True, True]
    assert not (tmp_path / "out" / "receipts" / "two").exists()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_the_same_receipts_give_the_same_bytes_whatever_their_files_times(home: Home) -> None:
    kept = kept_receipts(home.archive)
    first = zip_receipts(kept)
    for path in home.archive.rglob("*"):
        path.touch()

    assert zip_receipts(list(reversed(kept))) == first


def test_names_in_the_zip_are_safe_relative_files(home: Home) -> None:
    with zipfile.ZipFile(io.BytesIO(zip_receipts(kept_receipts(home.archive)))) as archive:
        names = archive.namelist()

    assert len(set(names)) == len(names)
    assert all(name.startswith("receipts/") and ".." not in name and "\\" not in name for name in names)


def test_an_export_never_replaces_a_file(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    target.write_bytes(b"mine")

    assert run(["receipts", "export", "one", "-o", str(target)]) == 2
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["out.tar", "out", "missing folder/out.zip"])
def test_an_export_that_cannot_be_is_refused_in_one_sentence(
    home: Home, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["receipts", "export", "one", "-o", str(tmp_path / name)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_export_of_a_damaged_receipt_is_written_and_says_what_differs(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home.archive / "one" / "website" / "1" / "data" / "letter.txt").write_bytes(b"x")

    assert run(["receipts", "export", "one", "-o", str(tmp_path / "out.zip")]) == 6
    assert "one/website/1/data/letter.txt" in capsys.readouterr().err
    assert (tmp_path / "out.zip").is_file()


def test_without_a_name_the_export_goes_into_the_current_folder(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["receipts", "export", "one/website", "--json"]) == 0
    assert zipfile.is_zipfile(tmp_path / "receipts-one.zip")


def test_the_next_command_speaks_of_the_same_receipts(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["receipts", "show", "nobody", "--home", str(home.root), "--practice"]) == 2
    assert "complain receipts list --practice" in capsys.readouterr().err
