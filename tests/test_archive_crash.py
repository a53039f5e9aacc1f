"""A crash at any step leaves no bag or a whole one, and an acknowledged bag is on the disk."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from complain.archive.bag import TAG_MANIFEST, find_bags, write_bag
from complain.archive.verify import Kind, verify_archive
from complain.environment import Environment, Home
from complain.filing.adopting import adopt
from complain.filing.journal import open_journal
from complain.filing.transitions import State
from fakes.bags import NOW, content, is_valid

STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and file modes")

WRITER = """
import sys
from pathlib import Path
from complain.archive.bag import BagContent, write_bag
root, *source = (Path(arg) for arg in sys.argv[1:])
files = {"a.txt": b"a", "in/b.txt": b"b", **{"z.bin": path for path in source}}
write_bag(root, BagContent("one", "website", 1, files, {}))
print("acknowledged", flush=True)
"""


def writer(*args: Path) -> list[str]:
    return [sys.executable, "-c", WRITER, *map(str, args)]


@posix
def test_killed_in_the_middle_of_a_file_there_is_no_bag_and_the_next_one_is_whole(tmp_path: Path) -> None:
    pipe, home = tmp_path / "pipe", Home(tmp_path / "home")
    os.mkfifo(pipe)
    process = subprocess.Popen(writer(home.archive, pipe))
    with pipe.open("wb", buffering=0) as feeding:  # opens once the writer has come to this file
        feeding.write(b"half")
        process.send_signal(signal.SIGKILL)
        process.wait()

    assert find_bags(home.archive) == []
    assert [finding.kind for finding in verify_archive(home, [])] == [Kind.LEFTOVER]
    bag = write_bag(home.archive, content())
    assert is_valid(bag)
    assert not list(home.archive.rglob("*.part"))


@posix
@needs_strace
def test_killed_at_any_flush_or_at_the_rename_there_is_no_bag_or_a_whole_one(tmp_path: Path) -> None:
    steps = [("fsync", n) for n in range(1, _count(tmp_path / "count", "fsync") + 1)] + [("rename", 1)]
    whole = 0
    for name, number in steps:
        root = tmp_path / f"{name}{number}"
        done = _traced(root, "-e", f"trace={name}", "-e", f"inject={name}:signal=SIGKILL:when={number}")
        assert "acknowledged" not in done.stdout
        for bag in find_bags(root):
            assert is_valid(bag)
            whole += 1

    assert len(steps) > 10
    assert whole >= 1  # killed at the last flush, after the rename


@posix
@needs_strace
def test_everything_is_flushed_before_the_rename_and_the_parent_after_it(tmp_path: Path) -> None:
    done = _traced(tmp_path / "archive", "-y", "-e", "trace=fsync,rename,renameat,renameat2,openat")
    calls = done.stderr.splitlines()
    renamed = next(
        n for n, line in enumerate(calls) if re.search(r'rename.*"[^"]*/\.1\.part".*"[^"]*/1"', line)
    )
    bag = tmp_path / "archive" / "one" / "website" / "1"
    part = f"{bag.parent}/.1.part"

    flushed = {match[1] for line in calls[:renamed] if (match := re.search(r"fsync\(\d+<([^>]*)>", line))}
    inside = [path.relative_to(bag).as_posix() for path in bag.rglob("*")]
    assert {part, *(f"{part}/{name}" for name in inside)} <= flushed
    last_write = max(n for n, line in enumerate(calls[:renamed]) if "O_CREAT" in line and ".part" in line)
    folders = [n for n, line in enumerate(calls[:renamed]) if f"<{part}>" in line and "fsync" in line]
    assert folders[-1] > last_write
    assert any("fsync(" in line and f"<{bag.parent}>" in line for line in calls[renamed + 1 :])


@posix
@needs_strace
def test_a_single_file_is_flushed_renamed_and_its_folder_flushed_in_this_order(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from complain.durable import write_durably; "
    code += "write_durably(Path(sys.argv[1]), b'new')"
    done = _strace("-y", "-e", "trace=fsync,rename", sys.executable, "-c", code, str(tmp_path / "f"))

    calls = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert [re.split(r"\W", call.partition("] ")[2] or call)[0] for call in calls] == [
        "fsync",
        "rename",
        "fsync",
    ]
    assert f"<{tmp_path}>" in calls[2]


@posix
@needs_strace
@pytest.mark.parametrize(("name", "expected"), [("fsync", b"old"), ("rename", b"old")])
def test_a_crash_while_replacing_a_file_leaves_the_old_one_whole(
    tmp_path: Path, name: str, expected: bytes
) -> None:
    target = tmp_path / "f"
    target.write_bytes(b"old")
    code = "import sys; from pathlib import Path; from complain.durable import write_durably; "
    code += "write_durably(Path(sys.argv[1]), b'new')"

    _strace(
        "-e",
        f"trace={name}",
        "-e",
        f"inject={name}:error=EIO:when=1",
        sys.executable,
        "-c",
        code,
        str(target),
    )

    assert (target.read_bytes(), list(tmp_path.iterdir())) == (expected, [target])


def _traced(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return _strace(*options, *writer(root))


def _count(root: Path, call: str) -> int:
    return len(re.findall(rf"{call}\(", _traced(root, "-e", f"trace={call}").stderr))


def _strace(*args: str) -> subprocess.CompletedProcess[str]:
    assert STRACE is not None
    return subprocess.run([STRACE, "-f", "-qq", *args], capture_output=True, text=True, timeout=60)


def test_an_unrecorded_bag_that_lost_its_own_list_stops_no_later_run(tmp_path: Path) -> None:
    environment = Environment(home=Home(tmp_path / "home"), now=lambda: NOW)
    with closing(open_journal(environment.home.journal)) as journal:
        attempt = journal.begin("one", "website", "run-1", NOW, {})
        for state in (State.PREPARED, State.CONFIRMED, State.COMMITTING, State.FILED):
            journal.record("one", "website", attempt, "run-1", state, NOW)
        damaged = write_bag(environment.home.archive, content(attempt=attempt))
        (damaged / TAG_MANIFEST).unlink()
        (kept,) = adopt(environment, journal, "one")
        assert kept != damaged
        assert [bag.path for bag in journal.archived("one")] == [
            kept.relative_to(environment.home.archive).as_posix()
        ]
