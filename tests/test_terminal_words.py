"""What stands on the terminal while a run goes on: the question alone, whole pictures, and the person's language."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import os
from io import FileIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageOps
from rich.style import Style
from rich.text import Text

from complain.channels.base import Channel
from complain.cli.asking import TerminalHand
from complain.cli.help import columns
from complain.cli.lines import print_lines
from complain.cli.picture import drawn
from complain.cli.run_ui import TerminalUi
from complain.environment import Environment, Home
from complain.errors import ExitCode
from complain.filing.run import RunResult
from complain.model import Challenge, FilingReport, Outcome, Receipt
from complain.practice.pictures import captcha_png, qr_png


def _seen(text: Text) -> Image.Image:
    """Return the picture that a terminal shows for half blocks."""
    lines = text.plain.rstrip("\n").split("\n")
    image = Image.new("RGB", (len(lines[0]), 2 * len(lines)))
    for span in text.spans:
        assert isinstance(span.style, Style) and span.style.color and span.style.bgcolor
        row = text.plain.count("\n", 0, span.start)
        column = span.start - (text.plain.rfind("\n", 0, span.start) + 1)
        for below, color in enumerate((span.style.color, span.style.bgcolor)):
            image.putpixel((column, 2 * row + below), tuple(color.get_truecolor()))
    return image


@pytest.mark.parametrize("scale", [1, 0.5, 1.17])
def test_a_code_stands_whole_in_a_window_of_24_lines_and_can_be_scanned(scale: float) -> None:
    words = "http://127.0.0.1:35981/wx/scan/3f9c2a7b5d"
    picture = Image.open(io.BytesIO(qr_png(words))).convert("RGB")
    buffer = io.BytesIO()
    ImageOps.scale(picture, scale).save(buffer, "png")

    shown = drawn(buffer.getvalue(), 80)

    assert shown.plain.count("\n") <= 20
    seen = ImageOps.scale(_seen(shown), 8, Image.Resampling.NEAREST)
    (code,) = zxingcpp.read_barcodes(seen)
    assert code.text == words


def test_a_picture_that_is_no_code_is_drawn_as_it_is() -> None:
    assert len(drawn(captcha_png("ACDE"), 80).plain.split("\n")[0]) == 80


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_moves_on_the_screen_while_a_question_stands_there(tmp_path: Path) -> None:
    desk, seat = os.openpty()
    screen = _Screen()
    channel = Channel(id="office", title="某途径", stage=1)
    with os.fdopen(desk, "wb", buffering=0) as keys, os.fdopen(seat, encoding="utf-8") as stdin:
        environment = Environment(home=Home(tmp_path), stdin=stdin, stderr=screen)
        with TerminalUi(environment, yes=False, folder=tmp_path) as ui:
            hand = ui.hand()
            assert hand is not None
            answer = asyncio.run(_asked_while_others_go_on(ui, hand, channel, screen, keys))

    assert answer == "AB12"


async def _asked_while_others_go_on(
    ui: TerminalUi, hand: TerminalHand, channel: Channel, screen: _Screen, keys: FileIO
) -> object:
    asking = asyncio.create_task(hand(Challenge(kind="captcha", channel="desk", prompt="图形验证码")))
    await asyncio.sleep(0)  # the question stands there as soon as its task has had its turn
    shown = screen.getvalue()
    assert "not now" in shown

    ui.step(channel, "opening")
    moved = screen.getvalue() != shown
    keys.write(b"AB12\n")  # before anything is judged: a reader that waits would keep the terminal open
    answer = await asking
    ui.step(channel, "opening")

    assert not moved
    assert screen.getvalue() != shown, "it moves again after the answer"
    return answer


def test_long_lines_are_broken_under_their_own_indent_and_commands_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rule = "  · " + "重复提出而没有新事实的，可能被合并或退回；" * 3
    command = "      complain letter '/某个 文件夹/很长很长很长很长的案件' --kind preserve-recordings"
    window, file = _Screen(), io.StringIO()

    print_lines(Environment(home=Home(tmp_path), stdout=window), [rule, command])
    print_lines(Environment(home=Home(tmp_path), stdout=file), [rule, command])

    first, *more, last = window.getvalue().splitlines()
    assert first.startswith("  · ") and len(more) > 1 and last == command
    assert all(line.startswith("    ") and line.strip()[0] not in "，；" for line in more)
    assert max(columns(line) for line in (first, *more)) <= 40
    assert file.getvalue().splitlines() == [rule, command]


@pytest.mark.parametrize("yes", [True, False])
def test_what_was_left_out_is_told_at_the_end_where_nobody_was_shown_it_before(
    tmp_path: Path, yes: bool
) -> None:
    """Red when with --yes it stood in the preview alone: evidence was missing, and the run ended in green."""
    screen = io.StringIO()
    environment = Environment(home=Home(tmp_path), stdout=screen, stderr=screen)
    receipt = Receipt("office", "N-1", dt.datetime(2026, 11, 28, tzinfo=dt.UTC))
    left_out = "Evidence 3 is left out."
    report = FilingReport("office", Outcome.FILED, receipt, warnings=(left_out,))
    result = RunResult("c", "run", (report,), ExitCode.OK, {"office": "某途径"})
    with TerminalUi(environment, yes=yes, folder=tmp_path) as ui:
        ui.show_result(result)

    assert "N-1" in screen.getvalue()
    assert (left_out in screen.getvalue()) is yes
