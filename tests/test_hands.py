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
from fakes.cli import Cli, copy_example
from fakes.fault_desk import Exchange, FaultDesk

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


FORM = r"""[channel]
id = "{id}"
title = "{id}"
url = "{origin}/tickets/"
[[page]]
fields = [
  {{ label = "标题", value = "{{{{ complaint.subject }}}}" }},
  {{ label = "短信验证码", ask = "sms", send = "获取验证码" }},
]
next = "下一步"
[[page]]
wait = "第二页"
fields = [{{ label = "问题描述", value = "{{{{ letter }}}}" }}]
[submit]
button = "提交工单"
[outcome]
success = '编号：(?P<number>T-\d+)'
"""
PAGE = """<!doctype html><html lang=zh><meta charset=utf-8><form onsubmit="return false"><label>标题 <input></label>
<label>短信验证码 <input></label><button onclick="fetch('/code', { method: 'POST' })">获取验证码</button>
<button onclick="document.querySelector('p').hidden = false">下一步</button>
<p hidden>第二页 <label>问题描述 <textarea></textarea></label></p><button>提交工单</button></form></html>"""
NOTING = """
    with open({diary!r}, "a") as diary:
        print("asked", challenge.channel, file=diary, flush=True)
        time.sleep(1.5)
        print("answered", challenge.channel, file=diary, flush=True)
    return "123456"
"""


@pytest.mark.browser
def test_a_code_is_sent_for_only_when_nobody_elses_question_stands(cli: Cli, tmp_path: Path) -> None:
    """Red when every channel had its code sent at once, and the last ones were asked for it when it was too old."""
    plugins, diary = tmp_path / "plugins", tmp_path / "diary"
    _with_plugin(plugins, NOTING.format(diary=str(diary)))

    def sends(exchange: Exchange) -> None:
        with diary.open("a") as written:
            print("sent", exchange.desk.port, file=written, flush=True)
        exchange.answer(204)

    with FaultDesk() as one, FaultDesk() as other:
        for desk, name in ((one, "one"), (other, "other")):
            desk.on("GET", "/tickets/", lambda exchange: exchange.answer(200, PAGE))
            desk.on("POST", "/code", sends)
            (plugins / f"{name}.toml").write_text(FORM.format(id=name, origin=desk.origin), encoding="utf-8")
        case = copy_example(tmp_path / "case")
        cli.home.mkdir()
        (cli.home / "config.toml").write_text("[browser]\nsettle = 1\n", encoding="utf-8")
        done = cli("submit", case, "--channels", "one,other", "--practice", "--yes", "--plugins-dir", plugins)

    happened = [line.split()[0] for line in diary.read_text(encoding="utf-8").splitlines()]
    assert happened == ["sent", "asked", "answered"] * 2, done.said
