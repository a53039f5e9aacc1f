"""``complain practice`` as a person starts it: a process of its own, stopped by Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from complain.practice.people import CHANNELS
from fakes.cli import Cli
from practice_visitor import visiting


def _command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "complain", "--home", str(home), "practice", *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, "LANGUAGE": "en", "PYTHONWARNINGS": "error"}


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(home, *arguments),
        capture_output=True,
        text=True,
        timeout=60,
        env=_environment(),
        check=False,
    )


@contextmanager
def _running(home: Path, *arguments: str) -> Generator[subprocess.Popen[str]]:
    with subprocess.Popen(
        _command(home, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_prints_one_document_serves_and_ends_well_on_ctrl_c(tmp_path: Path) -> None:
    with _running(tmp_path, "--json") as process:
        assert process.stdout is not None
        document = json.loads(process.stdout.readline())
        with urllib.request.urlopen(document["addresses"]["website"] + "/login", timeout=10) as page:
            served = page.read().decode()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)

    assert list(document["addresses"]) == list(CHANNELS)
    assert document["mailbox"] == str(tmp_path / "practice" / "mailbox")
    assert "演练" in served
    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_tells_a_person_where_the_desks_and_the_phone_are(tmp_path: Path) -> None:
    with _running(tmp_path) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _line in range(9)]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert [line.split()[0] for line in lines[:5]] == list(CHANNELS)
    assert "/_phone" in lines[5]
    assert process.returncode == 0


def test_received_lists_what_the_desks_hold_and_ends(tmp_path: Path) -> None:
    async def file() -> None:
        async with visiting(tmp_path / "practice", "website") as visitor:
            await visitor.file()

    asyncio.run(file())
    document = json.loads(_run(tmp_path, "--received", "--json").stdout)
    told = _run(tmp_path, "--received").stdout

    assert [len(document[channel]["complaints"]) for channel in CHANNELS] == [0, 1, 0, 0, 0]
    assert "website: 1 complaints, 0 drafts, 0 files, 0 SMS codes." in told
    assert document["website"]["complaints"][0]["number"] in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "slow"], "A fault is written as DESK=FAULT."),
        (["--fault", "website=earthquake"], "earthquake"),
        (["--fault", "webside=slow"], "webside"),
        (["--port", "99999"], "99999"),
    ],
)
def test_a_mistake_is_one_sentence_and_starts_nothing(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    done = _run(tmp_path, *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "practice").exists()


def test_faults_of_one_desk_add_up(tmp_path: Path) -> None:
    with _running(tmp_path, "--json", "--fault", "website=refusal", "--fault", "website=slow=0") as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["addresses"]["website"]
        with urllib.request.urlopen(f"{address}/_faults", timeout=10) as page:
            faults = json.loads(page.read())["faults"]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert faults == "refusal, slow=0"


def test_what_is_practised_on_is_told_of_the_desks_and_not_of_the_real_channels(cli: Cli) -> None:
    told = cli("channels", "--practice")
    listed = {entry["id"]: entry for entry in cli("channels", "--practice", "--json").json["channels"]}

    assert {(entry["kind"], entry["configured"]) for entry in listed.values()} == {
        ("form", True),
        ("mail", True),
    }
    assert "Not configured" not in told.stdout and "against the real website" not in told.stdout
    assert told.stdout.rstrip().endswith("complain submit --channels ID,ID --practice")


def test_practice_keeps_no_log_in_and_says_so(cli: Cli) -> None:
    refused = cli("login", "public-account", "--practice")

    assert refused.exit_code == 2
    assert "Practice keeps no log-in" in refused.stderr
    assert "complain submit --channels public-account --practice" in refused.stderr
