"""A SIGKILL at every step: at most one complaint at the desk, and never a state more certain than the truth."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

import pytest

from fakes.cli import EXAMPLE, ROOT, Cli
from fakes.killed import STEPS

pytestmark = pytest.mark.browser

SUBMIT = ("submit", EXAMPLE, "--channels", "website", "--practice", "--yes", "--json")
NOTHING_SENT = ("draft", "fill", "prepared", "confirmed", "finish")
SETTLED = ("after:settled", "before:bag", "after:bag", "before:archived", "after:archived")


def killed(cli: Cli, step: str) -> int:
    command = [sys.executable, "-m", "fakes.killed", step, *map(str, SUBMIT)]
    environment = cli.environment(PYTHONPATH=str(ROOT / "tests"))
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False).returncode


def complaints(cli: Cli) -> list[Any]:
    held: list[Any] = cli("practice", "--received", "--json").json["website"]["complaints"]
    return held


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_and_run_again_files_at_most_once(cli: Cli, step: str) -> None:
    assert killed(cli, step) == -signal.SIGKILL
    before = len(complaints(cli))
    again = cli(*SUBMIT)
    (filing,) = again.json["filings"]
    after = complaints(cli)

    assert len(after) <= 1
    if step.split(":")[1] in NOTHING_SENT or step == "before:committing":
        assert (before, filing["outcome"], len(after)) == (0, "filed", 1), again.said
    elif step in SETTLED:
        assert (filing["outcome"], filing["receipt"]["number"]) == ("skipped", after[0]["number"]), again.said
    else:
        # From the mark on nobody can know: it is said so, and nothing is sent again.
        assert (filing["outcome"], again.exit_code, len(after)) == ("unknown", 4, before), again.said
    assert cli("receipts", "verify", "--practice").exit_code == 0


def test_a_killed_filing_keeps_its_evidence_in_a_bag(cli: Cli) -> None:
    assert killed(cli, "after:evidence") == -signal.SIGKILL
    cli(*SUBMIT)

    bag = cli.home / "practice/archive/example-basic/website/1"
    assert {path.name for path in (bag / "data").iterdir()} >= {
        "letter.txt",
        "draft.json",
        "result.txt",
        "exchange.json",
    }


def test_an_unknown_is_settled_by_the_persons_word_and_then_never_filed_again(cli: Cli) -> None:
    assert killed(cli, "after:press") == -signal.SIGKILL
    cli(*SUBMIT)
    resolved = cli("resolve", EXAMPLE, "website", "--filed", "GD-1", "--practice")
    again = cli(*SUBMIT)

    assert resolved.exit_code == 0, resolved.said
    assert again.outcomes == {"website": "skipped"}
    assert len(complaints(cli)) <= 1


def test_entering_not_filed_asks_twice_and_takes_no_other_answer(cli: Cli) -> None:
    assert killed(cli, "after:arm") == -signal.SIGKILL
    cli(*SUBMIT)
    once = cli("resolve", EXAMPLE, "website", "--not-filed", "--practice", stdin="website\nno\n")
    twice = cli("resolve", EXAMPLE, "website", "--not-filed", "--practice", stdin="website\nwebsite\n")
    again = cli(*SUBMIT)

    assert (once.exit_code, twice.exit_code) == (2, 0), twice.said
    assert again.outcomes == {"website": "filed"}
    assert len(complaints(cli)) == 1
