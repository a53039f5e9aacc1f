"""One form of a plugin's author on this computer, filed by the tool's own parts in a browser that a module keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from complain.browser.launch import BrowserRun
from complain.browser.sessions import SessionStore
from complain.case.load import load_case
from complain.channels.form import FormChannel
from complain.channels.registry import load_registry
from complain.environment import Environment, Home
from complain.filing.drafting import DraftInput, draft_form
from complain.filing.evidence import EvidenceFolder
from complain.filing.form_filing import FormFiling
from complain.filing.form_options import FormOptions
from complain.filing.hands import Hands
from complain.filing.prepared import Prepared
from complain.filing.settlement import Settlement
from complain.model import Challenge
from complain.vault import PracticeVault
from fakes.browsing import Browsing
from fakes.cli import EXAMPLE
from fakes.fault_desk import Exchange, FaultDesk, Handler
from widgets.filing import FOLDER
from widgets.stage import HEAD, MEDIA, Posted, parsed

DEFINITION = """[channel]
id = "board"
title = "某平台"
url = "{origin}/"
{channel}
{pages}
[submit]
button = "提交"
request = "POST */send"
{submit}
[outcome]
success = '编号[:：](?P<number>[A-Z0-9-]+)'
{rest}
"""
TITLE = '{ label = "标题", value = "{{ complaint.subject }}" }'
TEXT = '{ label = "问题描述", value = "{{ letter }}" }'
SUBJECT = "催收人员深夜来电并联系本人同事和家人"
WAITS = 8.0
LIBRARIES = (
    "vue/dist/vue.global.prod.js",
    "element-plus/dist/index.css",
    "element-plus/dist/index.full.min.js",
    "vant/lib/index.css",
    "vant/lib/vant.min.js",
    "react/umd/react.production.min.js",
    "react-dom/umd/react-dom.production.min.js",
    "dayjs/dayjs.min.js",
    "antd5/dist/reset.css",
    "antd5/dist/antd-with-locales.min.js",
    "antd/dist/reset.css",
    "antd/dist/antd-with-locales.min.js",
)
T = TypeVar("T")


def form(inside: str = "", *, says: str = "") -> str:
    """Return a plain form that posts its title and letter to ``/send``.

    Args:
        inside: Further fields.
        says: Further attributes of the form element.
    """
    return (
        f"<form id=f method=post action=/send {says}><p><label>标题 <input name=title></label></p>"
        f"<p><label>问题描述 <textarea name=text></textarea></label></p>{inside}<p><button>提交</button></p></form>"
    )


def page(*fields: str, **keys: str) -> str:
    """Return one ``[[page]]``; the keys' values are TOML."""
    lines = [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(["[[page]]", *lines, f"fields = [ {', '.join(fields)} ]", ""])


@dataclass
class FormTrials:
    """A desk for forms, and the browser that files at it.

    Attributes:
        running: The browser.
        desk: The far side; what it stored is the oracle.
        folder: Of this test.
    """

    running: Browsing
    desk: FaultDesk
    folder: Path
    answers: Mapping[str, str | bool] = field(default_factory=dict[str, str | bool])
    asked: list[Challenge] = field(default_factory=list[Challenge])
    secrets: dict[str, str] = field(default_factory=dict[str, str])

    def serve(self, html: str, path: str = "/") -> None:
        """Hand out a page."""
        self.desk.page(path, html if html.startswith("<!doctype") else HEAD + html)

    def serve_widgets(self) -> None:
        """Hand out the widget libraries too."""
        for name in LIBRARIES:
            file = FOLDER / "node_modules" / name
            kind, data = MEDIA[file.suffix], file.read_bytes()
            self.desk.on("GET", f"/node_modules/{name}", partial(_hand_out, data, kind))

    def take(self, path: str, handler: Handler | str = "") -> None:
        """Take what is posted to a path; a text is the whole answer."""
        answer = handler
        self.desk.on("POST", path, (lambda e: e.answer(200, answer)) if isinstance(answer, str) else answer)

    def channel(self, pages: str, *, channel: str = "", submit: str = "", rest: str = "") -> FormChannel:
        """Write a definition as a plugin's author would."""
        text = DEFINITION
        given = {
            "channel": channel,
            "pages": pages,
            "submit": submit,
            "rest": rest,
            "origin": self.desk.origin,
        }
        for key, value in given.items():
            text = text.replace(f"{{{key}}}", value)
        file = self.folder / "board.toml"
        file.write_text(text, encoding="utf-8")
        return FormChannel(file)

    def file(self, channel: FormChannel, *, settle: float = WAITS) -> Settlement:
        """File once, as after the confirm."""

        async def work(filing: FormFiling) -> Settlement:
            await filing.prepare()
            await filing.finish()
            return await filing.commit()

        return self._run(channel, work, dry_run=False, settle=settle)

    def rehearse(self, channel: FormChannel) -> Prepared:
        """Fill, as a dry run does."""
        return self._run(channel, FormFiling.prepare, dry_run=True, settle=0)

    def _run(
        self,
        channel: FormChannel,
        work: Callable[[FormFiling], Awaitable[T]],
        *,
        dry_run: bool,
        settle: float,
    ) -> T:
        async def run() -> T:
            filing = self._filing(
                channel, FormOptions(dry_run=dry_run, reveal=False, settle=settle, patience=5)
            )
            try:
                return await work(filing)
            finally:
                await filing.close()

        return self.running.wait(run(), 120)

    def _filing(self, channel: FormChannel, options: FormOptions) -> FormFiling:
        environment = Environment(home=Home(self.folder / "home"))
        case = load_case(EXAMPLE, now=environment.now())
        inputs = DraftInput(case, EXAMPLE, (), dt.date(2026, 11, 23), self.folder)
        vault = PracticeVault(self.secrets)

        async def browser() -> BrowserRun:
            return self.running.run

        async def answer(challenge: Challenge) -> str | bool | None:
            self.asked.append(challenge)
            return self.answers.get(challenge.kind)

        return FormFiling(
            channel=channel,
            evidence=EvidenceFolder(self.folder / "evidence"),
            drafter=lambda: draft_form(channel, inputs),
            browser=browser,
            hands=Hands(load_registry(environment), answer, patience=5),
            sessions=SessionStore(environment.home, vault),
            vault=vault,
            options=options,
            progress=lambda _words: None,
            hide=str,
        )

    @property
    def sent(self) -> Posted:
        """What the desk stored, once."""
        (stored,) = self.desk.stored
        return parsed(stored.path, stored.headers["content-type"], stored.body)

    @property
    def writes(self) -> list[str]:
        """The paths of all that was written to the desk, in order."""
        return [one.path for one in self.desk.writes()]


def _hand_out(data: bytes, kind: str, exchange: Exchange) -> None:
    exchange.answer(200, data, kind=kind)


def _store(exchange: Exchange) -> None:
    exchange.store()
    exchange.answer(200, f"{HEAD}<p>编号：N-1</p>")


@contextmanager
def form_trials(running: Browsing, folder: Path) -> Generator[FormTrials]:
    """Open a desk for one test."""
    with FaultDesk() as desk:
        desk.on("POST", "/send", _store)
        yield FormTrials(running, desk, folder)
