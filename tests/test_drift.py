"""``complain doctor`` names everything that changed on a form, and nothing that did not matter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from complain.browser.sessions import SessionStore
from complain.channels.form import FormChannel
from complain.environment import Environment, Home
from complain.filing.doctoring import Examined, examine
from complain.vault import open_vault
from drift.bases import BASES, LABELS, Base
from drift.changes import FOREIGN, Change, cosmetic_changes, mutations
from fakes.browsing import Browsing, browsing
from widgets.filing import FOLDER, needs_widgets
from widgets.stage import Server

pytestmark = pytest.mark.browser

AT_ONCE = 4
PATIENCE = 0.2
"""Seconds: the pages of the corpus are whole when they have loaded."""


@dataclass
class Clinic:
    """Everything that an examination needs.

    Attributes:
        browser: Kept for the module.
        own: Serves the forms.
        foreign: Another site.
        folder: For definitions and the home.
    """

    browser: Browsing
    own: Server
    foreign: Server
    folder: Path

    async def examined(self, changes: Sequence[Change]) -> dict[str, list[str]]:
        """What differs at each changed form, by its words; a few are looked at side by side."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(number: int, change: Change) -> list[str]:
            async with slots:
                return (await self.examined_file(self.furnished(number, change))).differs

        found = await asyncio.gather(*(one(number, change) for number, change in enumerate(changes)))
        return {change.words: sentences for change, sentences in zip(changes, found, strict=True)}

    def furnished(self, number: int, change: Change) -> Path:
        """Serve a changed form, and write the definition of what it was."""
        path = f"/{change.base.id}-{number}"
        html = change.html.replace(FOREIGN, f"{self.foreign.origin}{path}")
        self.own.pages[path] = html
        self.foreign.pages.update({path + part: text for part, text in change.parts.items()})
        return self.definition(f"{self.own.origin}{path}", change.base)

    def definition(self, url: str, base: Base) -> Path:
        """Write a definition."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}.toml"
        path.write_text(f'[channel]\nid = "{base.id}"\nurl = "{url}"\n{base.definition}', "utf-8")
        return path

    async def examined_file(self, path: Path, patience: float = PATIENCE) -> Examined:
        """Compare the page that a definition names with it."""
        environment = Environment(Home(self.folder, practice=True))
        sessions = SessionStore(environment.home, open_vault(environment, {}))
        return await examine(FormChannel(path), self.browser.run, sessions, patience=patience)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    own, foreign = Server(), Server()
    with browsing() as running:
        yield Clinic(running, own, foreign, tmp_path_factory.mktemp("drift"))
    own.close()
    foreign.close()


def test_every_mutation_is_found_and_no_cosmetic_change_is_an_alarm(
    clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    mutated, cosmetic = mutations(), cosmetic_changes()
    found = clinic.browser.wait(clinic.examined(mutated), 240)
    alarms = clinic.browser.wait(clinic.examined(cosmetic), 120)
    with capsys.disabled():
        print()
        for words, sentences in found.items():
            print(f"  {'found ' if sentences else 'MISSED'}  {words}: {sentences[0] if sentences else ''}")
        for words, sentences in alarms.items():
            print(f"  {'ALARM ' if sentences else 'quiet '}  {words} {' '.join(sentences)}")
        print(f"doctor: mutations found {sum(map(bool, found.values()))}/{len(found)}, ", end="")
        print(f"false alarms {sum(map(bool, alarms.values()))}/{len(alarms)}")
    assert len(mutated) >= 40 and len(cosmetic) >= 20
    assert [words for words, sentences in found.items() if not sentences] == []
    assert {words: sentences for words, sentences in alarms.items() if sentences} == {}


def test_each_mutation_and_each_cosmetic_change_is_a_page_of_its_own() -> None:
    pages = [change.html for change in (*mutations(), *cosmetic_changes())]
    assert len(set(pages)) == len(pages)
    assert set(BASES) == {change.base.id for change in mutations()}


def test_a_far_side_that_cannot_be_reached_is_not_the_definitions_fault(clinic: Clinic) -> None:
    path = clinic.definition("http://127.0.0.1:9/form", LABELS)
    found = clinic.browser.wait(clinic.examined_file(path))
    assert found.unreachable and not found.differs


def test_a_form_behind_an_uncalled_choice_is_named_as_not_seen(clinic: Clinic) -> None:
    without = {part: html for part, html in LABELS.items.items() if part not in ("subject", "more")}
    change = Change("the title appears after a choice", LABELS, LABELS.html(without), {})
    found = clinic.browser.wait(clinic.examined_file(clinic.furnished(900, change)))
    assert found.differs == []
    assert "“标题” is not there; it may appear only after the choice before it." in found.unseen


ELEMENT_PLUS = """
[limits]
letter = { max = 200 }

[[page]]
fields = [
  { label = "投诉标题", value = "{{ complaint.subject }}" },
  { label = "投诉类型", choose = "催收投诉" },
  { label = "涉及公司", choose = "公司42号" },
  { label = "诉求", choose = ["停止骚扰", "删除信息"] },
  { label = "性别", choose = "女" },
  { label = "联系方式", check = ["电话", "邮件"] },
  { label = "匿名投诉", check = true },
  { label = "发生日期", date = "2026-11-05" },
  { label = "起止日期", date = ["2026-10-01", "2026-11-05"] },
  { label = "所在地区", cascade = ["浙江省", "杭州市", "滨江区"] },
  { label = "涉及金额", value = "12345.50" },
  { label = "合同编号", value = "{{ respondent.contract_number }}" },
  { label = "手机号码", value = "{{ complainant.phone }}" },
  { label = "电子邮箱", value = "{{ complainant.email }}" },
  { label = "问题描述", value = "{{ letter }}" },
  { label = "证据附件", files = "evidence" },
]

[submit]
button = "提交投诉"

[outcome]
success = '投诉编号：(?P<number>[A-Z0-9]+)'
"""


@needs_widgets
def test_the_real_widgets_of_element_plus_are_no_alarm_and_a_changed_label_is(clinic: Clinic) -> None:
    server = Server(FOLDER)
    try:
        page = (FOLDER / "element-plus.html").read_text("utf-8")
        url = f"{server.origin}/element-plus.html"
        base = Base("element", {}, "", "", ELEMENT_PLUS)
        assert clinic.browser.wait(clinic.examined_file(clinic.definition(url, base), 10)).differs == []
        server.pages["/element-plus.html"] = page.replace("合同编号", "借据编号")
        (named,) = clinic.browser.wait(clinic.examined_file(clinic.definition(url, base), 2)).differs
        assert "合同编号" in named
    finally:
        server.close()
