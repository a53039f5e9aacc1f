"""Who is asked for what only a person can give: plugins first, and none of them can hold or break the run."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from complain import Challenge
from complain.channels.registry import Registry, load_registry
from complain.environment import Environment, Home
from complain.errors import PersonNeeded
from complain.filing.hands import Hands

PLUGIN = """from complain import hookimpl
import time
complain_api_version = 1

@hookimpl
def complain_answer_challenge(challenge):
    {does}
"""
CODE = Challenge("sms", "regulator", "监管投诉：短信验证码")


def _with_plugin(folder: Path, does: str) -> Registry:
    folder.mkdir()
    (folder / "answers.py").write_text(PLUGIN.format(does=does), encoding="utf-8")
    return load_registry(Environment(Home(folder / "home"), plugin_dirs=(folder,)))


async def _person(_challenge: Challenge) -> str:
    return "234567"


def test_the_answer_of_a_plugin_comes_before_the_persons(tmp_path: Path) -> None:
    hands = Hands(_with_plugin(tmp_path / "plugins", "return '111111'"), _person, 10)

    assert asyncio.run(hands.answer(CODE)) == "111111"


def test_a_plugin_that_fails_is_named_and_the_person_is_asked(tmp_path: Path) -> None:
    said: list[str] = []
    registry = _with_plugin(tmp_path / "plugins", "raise LookupError('no such phone')")
    hands = Hands(registry, _person, 10, warn=said.append)

    assert asyncio.run(hands.answer(CODE)) == "234567"
    (warning,) = said
    assert "LookupError" in warning
    assert "answers.py:7" in warning


def test_a_plugin_that_never_answers_is_a_task_and_holds_nobody(tmp_path: Path) -> None:
    """Red when its thread is one that the end of the run waits for."""
    folder = tmp_path / "plugins"
    _with_plugin(folder, "time.sleep(600)")
    program = f"""
import asyncio
from pathlib import Path
from complain import Challenge
from complain.channels.registry import load_registry
from complain.environment import Environment, Home
from complain.errors import PersonNeeded
from complain.filing.hands import Hands

registry = load_registry(Environment(Home(Path({str(tmp_path / "home")!r})), plugin_dirs=(Path({str(folder)!r}),)))
try:
    asyncio.run(Hands(registry, None, 0.2).answer(Challenge("sms", "regulator", "监管投诉：短信验证码")))
except PersonNeeded as error:
    print(error.message)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "监管投诉：短信验证码" in done.stdout


@pytest.mark.parametrize("kind", ["slider", "confirm", "qr", "captcha"])
def test_nobody_is_asked_to_do_what_nobody_sees(tmp_path: Path, kind: str) -> None:
    hands = Hands(_with_plugin(tmp_path / "plugins", "return None"), _person, 10, sees_browser=False)

    with pytest.raises(PersonNeeded) as stopped:
        asyncio.run(hands.answer(Challenge(kind, "regulator", "监管投诉")))  # type: ignore[arg-type]
    assert "no screen" in stopped.value.next_step
