"""Every practice channel finished from its pack alone, on a phone: nothing pasted wrong, in under five minutes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from fakes.cli import Cli, copy_example
from fakes.hand import Effort, Hand
from fakes.reports import start_browser
from fakes.webmail import webmail

FIVE_MINUTES = 300.0
STAGES = (("in-app", "website", "public-account"), ("regulator", "association"))


pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("by-hand")]


def _five_free_ports() -> int:
    """Return the first of five ports in a row that are free."""
    for first in range(18640, 19640, 5):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + 5):
                stack.enter_context(closing(socket.socket())).bind(("127.0.0.1", port))
            return first
    raise RuntimeError("no five ports in a row are free")


class Sitting:
    """A new user with the example case, packs, and the practice desks open in another window."""

    def __init__(self, cli: Cli, case: Path, phone: BrowserContext, port: int) -> None:
        self.cli, self.case, self.phone, self.port = cli, case, phone, port
        self.home = cli.home / "practice"

    def lay_out(self, channels: tuple[str, ...]) -> None:
        """Ask for the packs of these channels."""
        command = ("submit", self.case, "--channels", ",".join(channels), "--by-hand", "--practice")
        laid = self.cli(*command, COMPLAIN_PRACTICE_PORT=str(self.port))
        assert laid.exit_code == 3, laid.said

    def pack(self, channel: str) -> Path:
        return self.home / "packs" / "example-basic" / channel / "index.html"

    def hand(self, channel: str) -> Hand:
        """Open a channel's pack on the phone."""
        page = self.phone.new_page()
        page.goto(self.pack(channel).as_uri())
        return Hand(self.phone, page, captcha=self._captcha)

    def _captcha(self) -> str:
        desks = self.home / "desks.sqlite"
        with closing(sqlite3.connect(f"file:{desks}?mode=ro", uri=True)) as connection:
            query = "SELECT text FROM captchas WHERE desk = 'regulator' AND used_at IS NULL ORDER BY id DESC"
            return str(connection.execute(query).fetchone()[0])

    def enter(self, command: str) -> subprocess.CompletedProcess[str]:
        """Type the pack's command in a terminal that stands somewhere else."""
        environ = self.cli.environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        return subprocess.run(
            shlex.split(command),
            cwd="/",
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def held(self, channel: str) -> Any:
        (complaint,) = self.cli("practice", "--received", "--json").json[channel]["complaints"]
        return complaint

    def letter(self, channel: str) -> str:
        """Return the letter as the pack has it."""
        texts = self.pack(channel).parent / "文字"
        every = [
            path.read_text(encoding="utf-8-sig")
            for path in texts.glob("??-*.txt")
            if "字.txt" not in path.name
        ]
        return max(every, key=len)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sitting(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Sitting]:
    folder = tmp_path_factory.mktemp("by hand")
    cli = Cli(home=folder / "home")
    # Not is_mobile: where a page is wider than the phone, Playwright's taps then miss by the zoom.
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.set_default_timeout(15_000)
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    port = _five_free_ports()
    with _desks(cli, port):
        yield Sitting(cli, copy_example(folder / "我的 材料"), phone, port)
    phone.close()


class _desks:
    """The practice desks in a window of their own, as the pack says to start them."""

    def __init__(self, cli: Cli, port: int) -> None:
        command = cli.command("practice", "--port", str(port), "--json")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=cli.environment(), text=True)

    def __enter__(self) -> None:
        assert self._process.stdout is not None
        json.loads(self._process.stdout.readline())

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def report() -> Iterator[dict[str, Effort]]:
    """Keep what each channel took, and write it down at the end where that is asked for."""
    efforts: dict[str, Effort] = {}
    yield efforts
    lines = ["| Channel | Copied | Wrong pastes | Not found | A person's time |", "|---|---|---|---|---|"]
    lines += [
        f"| `{channel}` | {e.copies} | {len(e.wrong)} | {len(e.missing)} | {e.seconds // 60:.0f} min {e.seconds % 60:02.0f} s |"
        for channel, e in efforts.items()
    ]
    if folder := os.environ.get("COMPLAIN_RECORDINGS"):
        Path(folder, "packs-by-hand.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _by_form(sitting: Sitting, hand: Hand, channel: str) -> str:
    desk = hand.open_desk()
    hand.fill(desk, sitting.pack(channel).parent / "附件")
    return hand.submit(desk)


def _by_mail(sitting: Sitting, hand: Hand, channel: str) -> str:
    with webmail(sitting.port + 4, "zhangshili@example.com", sitting.home / "mailbox") as address:
        desk = sitting.phone.new_page()
        desk.goto(address)
        hand.fill(desk, sitting.pack(channel).parent / "附件")
        hand.attach(desk, sitting.pack(channel).parent / "附件")
        desk.get_by_role("button", name="发送").tap()
        desk.get_by_text("已发送").wait_for()
        return _number_in(desk, f"{address}/inbox")


def _number_in(desk: Page, inbox: str) -> str:
    """Look into the inbox until the answer is there; it comes after about a second."""
    desk.goto(inbox)
    while (found := re.search(r"编号[:：]\s*(XFZ-[\d-]+)", desk.locator("body").inner_text())) is None:
        desk.wait_for_timeout(250)
        desk.reload()
    return found[1]


WAYS: dict[str, Callable[[Sitting, Hand, str], str]] = {
    **dict.fromkeys(("in-app", "website", "public-account", "regulator"), _by_form),
    "association": _by_mail,
}


def _params() -> list[Any]:
    """Two kinds always, the others in a long round: each takes ten seconds."""
    every = [channel for stage in STAGES for channel in stage]
    short = ("in-app", "association")
    return [c if c in short else pytest.param(c, marks=pytest.mark.long) for c in every]


@pytest.fixture(scope="module", params=_params())
def filed(
    request: pytest.FixtureRequest, sitting: Sitting, report: dict[str, Effort]
) -> tuple[str, Effort, str]:
    """File one channel from its pack, and enter its number."""
    channel: str = request.param
    stage = next(stage for stage in STAGES if channel in stage)
    if not sitting.pack(channel).exists():
        sitting.lay_out(stage)
    hand = sitting.hand(channel)
    number = WAYS[channel](sitting, hand, channel)
    entered = sitting.enter(hand.command(number))
    assert entered.returncode == 0, entered.stdout + entered.stderr
    report[channel] = hand.effort
    return channel, hand.effort, number


def test_from_its_pack_alone_a_channel_is_filed_without_a_wrong_paste_in_under_five_minutes(
    filed: tuple[str, Effort, str], sitting: Sitting
) -> None:
    channel, effort, number = filed

    assert (effort.wrong, effort.missing) == ([], [])
    assert 0 < effort.seconds < FIVE_MINUTES
    complaint = sitting.held(channel)
    assert complaint["number"] == number
    assert complaint["fields"]["description"].replace("\r\n", "\n").strip() == sitting.letter(channel).strip()
    assert len(complaint["files"]) == 3


def test_the_number_is_kept_as_the_persons_own_word_and_waits_no_longer(
    filed: tuple[str, Effort, str], sitting: Sitting
) -> None:
    channel, _effort, number = filed

    shown = sitting.cli("status", sitting.case, "--practice")

    assert f"in your own words, number: {number}" in shown.stdout
    assert str(sitting.pack(channel)) not in shown.stdout
    (receipt,) = sitting.home.glob(f"archive/*/{channel}/*/data/receipt.json")
    assert json.loads(receipt.read_text(encoding="utf-8"))["by"] == "person"
