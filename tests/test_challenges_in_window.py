"""What is done in the browser itself: it is shown then, and where nothing can be shown nobody is asked for it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import segno

from complain.channels.definition import load_definition
from fakes.cli import Cli, copy_example
from fakes.desktop import desktop
from fakes.desktop import why_not as no_desktop
from fakes.fault_desk import Exchange, FaultDesk
from fakes.screen import HAS_TMUX, Screen, screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not HAS_TMUX, reason="tmux is not installed"),
    pytest.mark.xdist_group("desktop"),
]

# The strip at the top is pulled to the right, then pressed: a slider, and "are you still there?".
PAGE = """<!doctype html><html lang=zh><meta charset=utf-8><title>滑块工单</title>
<style>#strip { position: fixed; inset: 0 0 auto; height: 400px; background: #ccd } form { margin-top: 420px }</style>
<form method=post action=/tickets/submit/><p><label>标题 <input name=title></label></p>
<p><label>问题描述 <textarea name=text></textarea></label></p><img id=code src=/code.png>
<input type=hidden name=moved value=no><input type=hidden name=here value=no><button>提交工单</button></form>
<div id=strip></div><script>
  const form = document.forms[0];
  let from = null;
  strip.onpointerdown = event => { from = event.clientX; if (form.moved.value === "yes") form.here.value = "yes"; };
  document.onpointerup = event => { if (from !== null && event.clientX - from > 200) form.moved.value = "yes"; from = null; };
</script></html>"""
FORM = r"""[channel]
id = "slider"
title = "滑块工单"
url = "{origin}/tickets/"
[limits]
letter = {{ max = 2000 }}
[[page]]
fields = [
  {{ label = "标题", value = "{{{{ complaint.subject }}}}" }},
  {{ label = "问题描述", value = "{{{{ letter }}}}" }},
  {{ ask = "qr", picture = "#code" }},
  {{ ask = "slider" }},
  {{ ask = "confirm" }},
]
[submit]
button = "提交工单"
request = "POST */tickets/submit/"
[outcome]
success = '工单编号[:：]\s*(?P<number>T-\d+)'
challenge = ["请先拖动滑块"]
"""


def _qr() -> bytes:
    picture = io.BytesIO()
    segno.make("https://login.example.cn/a1b2c3", micro=False).save(picture, kind="png", scale=3)
    return picture.getvalue()


def _file(exchange: Exchange) -> None:
    got = parse_qs(exchange.request.body.decode())
    if got["moved"] == got["here"] == ["yes"]:
        exchange.store()
        exchange.answer(200, "<meta charset=utf-8><p>工单编号：T-1</p>")
    else:
        exchange.answer(200, "<meta charset=utf-8><p>请先拖动滑块</p>")


@pytest.fixture
def desk() -> Iterator[FaultDesk]:
    with FaultDesk() as opened:
        opened.on("GET", "/tickets/", lambda exchange: exchange.answer(200, PAGE))
        opened.on("GET", "/code.png", lambda exchange: exchange.answer(200, _qr(), kind="image/png"))
        opened.on("POST", "/tickets/submit/", _file)
        yield opened


@pytest.fixture
def command(cli: Cli, desk: FaultDesk, tmp_path: Path) -> str:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "slider.toml").write_text(FORM.format(origin=desk.origin), encoding="utf-8")
    case = copy_example(tmp_path / "case")
    return f'complain submit "{case}" --channels slider --practice --plugins-dir "{plugins}"; echo 退出码=$?'


@contextmanager
def _terminal(cli: Cli, folder: Path, display: str) -> Generator[Screen]:
    """Open a terminal window on a desktop, or on none; a picture that is opened there leaves its name."""
    tools = folder / "bin"
    tools.mkdir()
    opener = tools / "xdg-open"
    opener.write_text(f'#!/bin/sh\ncp "$1" "{folder}/opened.png"\n', encoding="utf-8")
    opener.chmod(0o755)
    environ = cli.environment(
        PATH=os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
        TERM="screen-256color",
        LANG="C.UTF-8",
        LANGUAGE="zh_CN",
        DISPLAY=display,
        PS1="$ ",
    )
    kept = Path(os.environ.get("COMPLAIN_RECORDINGS") or folder)
    with screen(folder, environ, kept / f"window{display or '-none'}.txt") as window:
        yield window


@pytest.mark.skipif(bool(no_desktop()), reason=no_desktop() or "all is here")
def test_a_slider_is_moved_in_the_window_that_opens_for_it(
    cli: Cli, desk: FaultDesk, command: str, tmp_path: Path
) -> None:
    with desktop() as here, _terminal(cli, tmp_path, here.display) as terminal:
        terminal.type(command)
        shown = terminal.wait_for("输入“提交”继续")
        for name in ("需要扫的码", "滑块", "由您本人确认"):
            assert name in shown
        terminal.type("提交")
        terminal.wait_for("请扫码")
        assert (tmp_path / "opened.png").read_bytes().startswith(b"\x89PNG")
        terminal.type("y")
        terminal.wait_for("请在浏览器里拖动滑块")
        here.wait_for_window("滑块工单")
        here.drag((300, 300), (900, 310))
        terminal.type("y")
        terminal.wait_for("请在浏览器里完成")
        here.click(500, 300)
        terminal.type("y")
        said = terminal.wait_for("退出码=", after="接下来")

    assert "已提交，编号：T-1" in said
    assert "退出码=0" in said
    assert len(desk.stored) == 1


def test_where_nothing_can_be_shown_nobody_is_asked_to_move_a_slider(
    cli: Cli, desk: FaultDesk, command: str, tmp_path: Path
) -> None:
    with _terminal(cli, tmp_path, "") as terminal:
        terminal.type(command)
        terminal.wait_for("输入“提交”继续")
        terminal.type("提交")
        terminal.wait_for("请扫码")
        terminal.type("y")
        said = terminal.wait_for("退出码=", after="接下来").replace("\n", "")

    assert "退出码=3" in said
    assert "请在浏览器里拖动滑块" not in said
    assert "这里没有可以显示" in said.replace(" ", "")
    assert [one for one in desk.received if one.method == "POST"] == []


LOG_IN = """[login]
url = "{origin}/login"
done = "您好"
fields = [{{ ask = "slider" }}]
button = "登录"
"""


@pytest.mark.parametrize(
    ("ask", "log_in", "submits", "rehearses"),
    [
        ('ask = "slider"', "", True, False),
        ('ask = "qr", picture = "#code"', "", False, False),
        ('ask = "qr"', "", True, False),
        ('label = "验证码", ask = "sms"', "", False, False),
        ('label = "验证码", ask = "captcha"', "", True, False),
        ('label = "验证码", ask = "sms"', LOG_IN, True, True),
    ],
)
def test_a_window_is_needed_for_what_the_tool_cannot_show(
    ask: str, log_in: str, submits: bool, rehearses: bool, tmp_path: Path
) -> None:
    lines = [line for line in FORM.splitlines() if "ask = " not in line]
    lines.insert(lines.index("fields = [") + 1, f"  {{{{ {ask} }}}},")
    lines.insert(lines.index("[[page]]"), log_in)
    file = tmp_path / "form.toml"
    file.write_text("\n".join(lines).format(origin="http://127.0.0.1:1"), encoding="utf-8")
    definition = load_definition(file)

    assert definition.needs_window(dry_run=False) is submits
    assert definition.needs_window(dry_run=True) is rehearses
    assert definition.login_needs_window is bool(log_in)
