"""The kit tries a channel on a server of the author's own: what goes wrong is done on the way to it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import ClassVar

import pytest
from playwright.sync_api import sync_playwright

from complain.channels.definition import FormDefinition
from complain.channels.form import FormChannel
from complain.errors import UsageError
from complain.testing import Bench, ChannelContract, LiveServer, Trap, run_check
from complain.testing.record import row_of
from complain.testing.relay import Relay
from complain.testing.subjects import channels_of
from complain.testing.trial import at_stand_in
from fakes.cli import ROOT
from fakes.fault_desk import Exchange, FaultDesk
from widgets.stage import CHROMIUM

HOOKS = (ROOT / "docs/hooks.md").read_text(encoding="utf-8")
DEFINITION = """
[channel]
id = "desk"
title = "投诉台"
url = "http://127.0.0.1:8601/complain/"

[[page]]
fields = [
  { label = "标题", value = "{{ complaint.subject }}" },
  { label = "邮箱", value = "{{ complainant.email }}" },
  { label = "内容", value = "{{ letter }}" },
]

[submit]
button = "提交"
request = "POST */complain/"

[outcome]
success = '受理编号[:：]\\s*(?P<number>T-\\d+)'
refusal = ["不予受理"]
challenge = ["请先登录"]
"""
FORM = """<!doctype html><html><head><meta charset=utf-8><title>投诉台</title></head><body>
<form method=post action=/complain/ enctype=multipart/form-data>
<p><label>标题 <input name=title></label></p><p><label>邮箱 <input name=email></label></p>
<p><label>内容 <textarea name=body></textarea></label></p><button>提交</button></form></body></html>"""


class Application(FaultDesk):
    """A small application with a form, a number for each complaint, and a public list of them."""

    def __init__(self) -> None:
        super().__init__()
        self.page("/complain/", FORM)
        self.on("POST", "/complain/", self._take)
        self.on("GET", "/complaints/", self._list)

    def numbers(self) -> list[str]:
        """What it holds."""
        return [f"T-{number + 41}" for number in range(len(self.stored))]

    def _take(self, exchange: Exchange) -> None:
        exchange.store()
        exchange.answer(200, f"<meta charset=utf-8><p>受理编号：{self.numbers()[-1]}</p>")

    def _list(self, exchange: Exchange) -> None:
        rows = [row_of(one.headers["content-type"], one.body).values["title"][0] for one in self.stored]
        lines = (
            f"<li><b>{n}</b> {html.escape(title)}" for n, title in zip(self.numbers(), rows, strict=True)
        )
        exchange.answer(200, f"<meta charset=utf-8><ul>{''.join(lines)}</ul>")


@pytest.fixture(scope="module")
def application() -> Iterator[Application]:
    with Application() as running:
        yield running


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> FormChannel:
    """The documented plugin with a reconcile step."""
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "desk.toml").write_text(DEFINITION, encoding="utf-8")
    (source,) = (each for each in re.findall(r"```python\n(.+?)```", HOOKS, re.DOTALL) if "reconcile" in each)
    (folder / "desk.py").write_text(source, encoding="utf-8")
    (channel,) = channels_of(str(folder / "desk.py"))
    assert isinstance(channel, FormChannel)
    return channel


@pytest.mark.browser
class TestAtALiveServer(ChannelContract):
    """Every check holds there; nothing is drawn where the application itself can be asked."""

    made: ClassVar[list[FormChannel]] = []

    @pytest.fixture(autouse=True)
    def _made(self, plugin: FormChannel) -> None:
        self.made[:] = [plugin]

    def make_channel(self) -> FormChannel:
        return self.made[0]

    @pytest.fixture(scope="class")
    @classmethod
    def live(cls) -> Iterator[LiveServer]:
        with Application() as server:
            yield LiveServer(server.origin, filings=server.numbers)
            assert len(server.stored) >= 5  # files, twice, cut, reconcile, origins


@pytest.fixture(scope="module")
def bench(application: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    live = LiveServer(application.origin, filings=application.numbers)
    with Bench(tmp_path_factory.mktemp("live"), live=live) as bench:
        yield bench


@pytest.mark.browser
def test_a_reconcile_that_invents_an_answer_finds_none_or_breaks_is_caught(
    bench: Bench, plugin: FormChannel
) -> None:
    class Blind(FormChannel):
        async def reconcile(self, page: object, reference: str) -> bool | str | None:
            return None

    class Inventive(FormChannel):
        async def reconcile(self, page: object, reference: str) -> bool | str | None:
            return "T-1"

    class Broken(FormChannel):
        async def reconcile(self, page: object, reference: str) -> bool | str | None:
            raise ZeroDivisionError

    kinds = (Blind, Inventive, Broken)
    verdicts = {kind: run_check("reconcile", bench, kind(plugin.path)) for kind in kinds}

    assert [verdict.state for verdict in verdicts.values()] == ["failed", "failed", "failed"]
    assert "“unknown”" in verdicts[Blind].sentence
    assert "“T-1”" in verdicts[Inventive].sentence
    assert "Step “reconcile” of “投诉台” failed (ZeroDivisionError at " in verdicts[Broken].sentence


def widened(definition: FormDefinition) -> FormDefinition:
    """A careless definition, which lets out what the traps send."""
    careless = {"assets": ("127.0.0.1",), "allow": ("POST */stand-in/draft",)}
    return definition.model_copy(update={"channel": definition.channel.model_copy(update=careless)})


@pytest.mark.browser
def test_the_page_really_does_what_the_relay_makes_it_do(bench: Bench, plugin: FormChannel) -> None:
    leaks = bench.file(plugin, Trap.LEAKS, dry_run=True, change=widened)
    eager = bench.file(plugin, Trap.EAGER, dry_run=True, change=widened)

    assert leaks.stand_in.elsewhere.requests
    assert [one.path for one in eager.stand_in.record.writes][:1] == ["/stand-in/draft"]
    assert eager.stand_in.stored == 0


@pytest.mark.browser
def test_a_form_is_really_sent_twice_where_nothing_guards_it(
    application: Application, plugin: FormChannel
) -> None:
    before = len(application.stored)
    with (
        Relay(LiveServer(application.origin), Trap.TWICE, "x") as relay,
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False) as browser,
    ):
        (plugin.path.parent / "moved").mkdir()
        relay.serve(at_stand_in(plugin, relay.origin, plugin.path.parent / "moved"))
        page = browser.new_page()
        page.goto(f"{relay.origin}/complain/")
        page.get_by_label("标题").fill("两次")
        page.get_by_role("button").click()
        page.get_by_text("受理编号").wait_for()
        page.wait_for_load_state("networkidle")

    assert relay.stored == 2
    assert len(application.stored) == before + 2


def test_a_server_elsewhere_is_refused() -> None:
    with pytest.raises(UsageError, match="fictional complaints would go there"):
        LiveServer("https://www.example.cn")
