"""One filing, one bag: what is in it, what it is called, what other tools say of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complain.archive.bag import find_bags, read_info, tag_manifest_sha256, write_bag
from complain.archive.names import distinct_paths
from complain.archive.provenance import provenance
from complain.archive.verify import verify_bag
from fakes.bags import FILES, content, is_valid


def payload(bag: Path) -> dict[str, bytes]:
    files = (path for path in (bag / "data").rglob("*") if path.is_file() and path.name != "prev.sha256")
    return {path.relative_to(bag / "data").as_posix(): path.read_bytes() for path in files}


def test_another_bagit_tool_finds_the_bag_valid_and_whole(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "archive", content())

    assert is_valid(bag)
    assert bag == tmp_path / "archive" / "one" / "website" / "1"
    assert payload(bag) == FILES


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_bag_can_be_checked_without_any_bagit_tool(tmp_path: Path, manifest: str) -> None:
    bag = write_bag(tmp_path, content())

    assert subprocess.run(["sha256sum", "--check", "--strict", "--quiet", manifest], cwd=bag).returncode == 0


def test_only_the_owner_may_look_in(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "archive", content())

    inside = [bag, *bag.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_file()} == {0o600}
    assert stat.S_IMODE((tmp_path / "archive").stat().st_mode) == 0o700


def test_files_are_copied_from_where_they_lie(tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"picture" * 500_000)

    bag = write_bag(tmp_path / "archive", content(files={"picture.png": source}))

    assert (bag / "data" / "picture.png").read_bytes() == source.read_bytes()
    assert read_info(bag)["Payload-Oxum"] == f"{source.stat().st_size + 68}.2"


@pytest.mark.parametrize(
    "name",
    [
        "50%25.jpg",
        "a\nb.txt",
        "con.txt",
        "..",
        "../../escape",
        "/etc/passwd",
        "C:\\x",
        " .hidden",
        "\u202egnp.exe",
    ],
)
def test_no_name_keeps_a_receipt_from_being_kept(tmp_path: Path, name: str) -> None:
    bag = write_bag(tmp_path / "archive", content(files={name: b"kept", "letter.txt": b"letter"}))

    assert is_valid(bag)
    assert sorted(payload(bag).values()) == [b"kept", b"letter"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5, unique=True))
def test_any_names_make_a_valid_bag_with_every_file(tmp_path: Path, names: list[str]) -> None:
    files: dict[str, bytes | Path] = {
        f"attachments/{n}-{name}": str(n).encode() for n, name in enumerate(names)
    }

    bag = write_bag(tmp_path, content(files=files))

    assert is_valid(bag)
    assert sorted(payload(bag).values()) == sorted(files.values())
    assert verify_bag(bag, tmp_path) == []


def test_a_name_that_is_another_ones_folder_is_kept_too(tmp_path: Path) -> None:
    bag = write_bag(
        tmp_path, content(files={"a": b"1", "a/b": b"2", "c/d": b"3", "c": b"4", "prev.sha256": b"5"})
    )

    assert is_valid(bag)
    assert sorted(payload(bag).values()) == [b"1", b"2", b"3", b"4", b"5"]


def test_names_that_differ_only_in_capitals_or_form_stay_apart() -> None:
    chosen = distinct_paths(["a.txt", "A.txt", "a?.txt", "a*.txt", "e\u0301", "\u00e9"])

    assert len({path.casefold() for path in chosen.values()}) == 6


def test_the_folders_name_tells_case_channel_and_attempt_apart(tmp_path: Path) -> None:
    first, second = (write_bag(tmp_path, content(attempt=1)) for _ in range(2))

    assert (first.name, second.name) == ("1", "1-2")
    assert find_bags(tmp_path) == [first, second]


def test_what_became_known_later_leaves_the_first_bag_as_it_was(tmp_path: Path) -> None:
    first = write_bag(tmp_path, content())
    before = tag_manifest_sha256(first)

    write_bag(tmp_path, content(files={"receipt.json": b"later"}))

    assert (tag_manifest_sha256(first), payload(first)) == (before, FILES)


def test_every_bag_names_the_one_before_it(tmp_path: Path) -> None:
    first = write_bag(tmp_path, content())
    second = write_bag(tmp_path, content(channel="in-app"))

    assert (first / "data" / "prev.sha256").read_text() == "0" * 64 + "  -\n"
    hashed = hashlib.sha256((first / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert (second / "data" / "prev.sha256").read_text() == f"{hashed}  one/website/1\n"


def test_a_bag_does_not_tell_of_the_persons_other_cases(tmp_path: Path) -> None:
    write_bag(tmp_path, content(case="other-matter"))

    bag = write_bag(tmp_path, content())

    assert all(b"other-matter" not in path.read_bytes() for path in bag.rglob("*") if path.is_file())


def test_a_damaged_bag_does_not_keep_the_next_receipt_from_being_kept(tmp_path: Path) -> None:
    broken = write_bag(tmp_path, content())
    for path in list(broken.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert is_valid(write_bag(tmp_path, content(channel="in-app")))


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_bag(tmp_path, content(files={"a": b"a", "gone": tmp_path / "gone"}))

    assert find_bags(tmp_path) == []
    assert list((tmp_path / "one" / "website").iterdir()) == []


def test_a_line_break_in_a_value_makes_no_second_line(tmp_path: Path) -> None:
    plain = content()
    bag = write_bag(
        tmp_path,
        type(plain)(
            plain.case, plain.channel, 1, FILES, {"Channel-Version": "1\nReceipt: forged", "A:B": "c"}
        ),
    )

    assert read_info(bag)["Channel-Version"] == "1 Receipt: forged"
    assert "Receipt" not in read_info(bag)
    assert is_valid(bag)


def test_a_bag_is_dated_by_the_day_in_china() -> None:
    late = dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC)
    said = provenance(late)
    assert (said["Bagging-Date"], said["Bagging-Time"]) == ("2026-11-24", "2026-11-24T01:30:00+08:00")


def test_an_archive_that_another_run_holds_for_too_long_is_an_error_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complain.archive.bag._LONGEST_WAIT", 0.05)
    with FileLock(tmp_path / ".writing.lock"), pytest.raises(OSError) as stopped:
        write_bag(tmp_path, content())
    assert stopped.value.strerror == "another run is writing to the archive"
    assert write_bag(tmp_path, content()).is_dir()
