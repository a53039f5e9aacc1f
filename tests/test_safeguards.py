"""Lock, flush and read-back, each held by a test that goes red without it. The gate is held by ``test_faults``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes import faults
from fakes.cli import EXAMPLE, ROOT, Cli
from fakes.fault_channels import FaultHouse, fault_house
from fakes.fault_desk import Exchange
from fakes.fault_forms import form

pytestmark = pytest.mark.browser


@pytest.fixture
def house(tmp_path: Path) -> Generator[FaultHouse]:
    with fault_house(tmp_path / "channels", ["none"]) as standing:
        yield standing


def submit_command(house: FaultHouse) -> tuple[str | Path, ...]:
    named = ",".join(house.trials)
    return ("submit", EXAMPLE, "--channels", named, "--yes", "--json", "--plugins-dir", house.plugins)


def test_of_two_processes_on_one_case_one_files_and_the_other_ends_with_seven(
    cli: Cli, house: FaultHouse
) -> None:
    """Red when the lock was taken without being held: both went on."""
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    desk, other_ended = house.trials["none"].desk, threading.Event()

    def form_when_the_other_ended(exchange: Exchange) -> None:
        other_ended.wait(60)
        exchange.answer(200, form())

    desk.on("GET", "/tickets/", form_when_the_other_ended)
    command = cli.command(*submit_command(house))
    with subprocess.Popen(
        command, cwd=ROOT, env=cli.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as first:
        assert desk.wait_for(lambda: bool(desk.received), 60)
        second = cli(*submit_command(house))
        other_ended.set()
        first.communicate(timeout=120)

    assert (first.returncode, second.exit_code) == (0, 7), second.said
    assert second.json["filings"] == []
    assert len(desk.stored) == 1


@pytest.mark.parametrize(
    ("fault", "field"),
    [("rewrites-late", "标题"), ("rewrites-at-submit", "标题"), ("shortens-at-submit", "问题描述")],
)
def test_a_form_that_changes_what_was_typed_gets_nothing(
    cli: Cli, tmp_path: Path, fault: str, field: str
) -> None:
    """``rewrites-late`` red without the read-back, the others without the look at the request."""
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    with fault_house(tmp_path / "channels", [fault]) as house:
        result = cli(*submit_command(house))
        trial = house.trials[fault]

    assert result.outcomes == {fault: "not_filed"}, result.said
    assert field in result.json["filings"][0]["reason"]
    assert (trial.stored, trial.desk.writes()) == (0, [])


@dataclass(frozen=True)
class Call:
    """One system call of the tool's own process.

    Attributes:
        name: As ``fsync``.
        text: Its arguments as strace shows them, paths included.
    """

    name: str
    text: str


class Trace:
    """What the tool's process did to files and sockets, in order."""

    def __init__(self, file: Path) -> None:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found = (re.match(r"(?:\d+ +)?(\w+)\((.*)", line) for line in lines)
        self.calls = [Call(match[1], match[2]) for match in found if match]

    def first(self, names: str, text: str, after: int = -1) -> int:
        """Return the place of the first call of one of ``names`` whose arguments match ``text``."""
        wanted = set(names.split())
        for place, call in enumerate(self.calls[after + 1 :], after + 1):
            if call.name in wanted and re.search(text, call.text):
                return place
        pytest.fail(f"no {names} with {text} after call {after}")

    def written_durably(self, name: str, before: int) -> None:
        """Check that a file was written, flushed, renamed and its folder flushed, in this order, before a call."""
        renamed = self.first("rename renameat renameat2", rf'/{re.escape(name)}"')
        source = re.findall(r'"([^"]+)"', self.calls[renamed].text)[0]
        flushed = self.first("fsync fdatasync", rf"<{re.escape(source)}>")
        folder = self.first("fsync", rf"<{re.escape(str(Path(source).parent))}>", after=renamed)
        assert flushed < renamed < folder < before, name


CALLS = "fsync,fdatasync,rename,renameat,renameat2,write,pwrite64,unlink,sendto,sendmsg"
JOURNAL = r"/journal\.sqlite>"


@pytest.fixture
def trace(cli: Cli, house: FaultHouse, tmp_path: Path) -> Trace:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets no process be traced")
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    file = tmp_path / "trace.txt"
    tracing = ["strace", "-y", "-s", "8192", "-e", f"trace={CALLS}", "-o", str(file)]
    command = [*tracing, sys.executable, "-m", "complain", *map(str, submit_command(house))]
    done = subprocess.run(command, cwd=ROOT, env=cli.environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return Trace(file)


@pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")
def test_each_step_is_on_the_disk_before_the_next_one(trace: Trace) -> None:
    """Red when no file was flushed, when no folder was, when ``synchronous`` was FULL (SQLite then does not flush the
    folder after the unlink), and when the mark was recorded after the press.
    """
    marked = trace.first("pwrite64", JOURNAL + ".*browser_pid")
    flushed = trace.first("fsync fdatasync", JOURNAL, after=marked)
    committed = trace.first("unlink", r"/journal\.sqlite-journal\"", after=flushed)
    folder = trace.first("fsync fdatasync", r"<[^>]*/home>", after=committed)
    sent = trace.first("sendto sendmsg write", r"POST /tickets/submit/")
    assert marked < flushed < committed < folder < sent
    for name in ("letter.txt", "draft.json", "before-submit.png"):
        trace.written_durably(name, before=marked)

    settled = trace.first("pwrite64", f"{JOURNAL}.*{faults.NUMBER}")
    assert sent < settled
    for name in ("receipt.json", "result.txt", "result.html", "result.png", "exchange.json"):
        trace.written_durably(name, before=settled)

    settled_flushed = trace.first("fsync fdatasync", JOURNAL, after=settled)
    renamed = trace.first("rename renameat renameat2", r'/\.1\.part".*/1"', after=settled_flushed)
    in_bag = trace.first("fsync fdatasync", r"/\.1\.part/tagmanifest-sha256\.txt>", after=settled_flushed)
    parent = trace.first("fsync", r"/archive/example-basic/none>", after=renamed)
    row = trace.first("pwrite64", JOURNAL + ".*example-basic/none/1", after=settled_flushed)
    assert in_bag < renamed < parent < row
