"""The steps that a channel may take in Python: each is called once, in its place, with a page and no way to submit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from complain.channels.form import FormChannel
from complain.errors import PersonNeeded
from complain.model import Outcome
from complain.testing import Bench

pytestmark = pytest.mark.browser
PLUGINS = Path(__file__).parent / "plugins"


class Telling(FormChannel):
    """Keeps what was called, and how the page stood then."""

    told: list[str]

    async def after_open(self, page: Page) -> None:
        self.told.append(f"open, filled: {bool(await page.get_by_label('姓名').input_value())}")

    async def after_fill(self, page: Page, number: int) -> None:
        filled = await page.get_by_label("姓名" if number == 0 else "详细描述").input_value()
        self.told.append(f"fill {number}, filled: {bool(filled)}")

    async def before_next(self, page: Page, number: int) -> None:
        self.told.append(f"next {number}")


class Reading(FormChannel):
    async def read_receipt(self, page: Page) -> str | None:
        return (await page.locator("main p").inner_text())[:4]


class Asking(FormChannel):
    async def after_open(self, page: Page) -> None:
        raise PersonNeeded("Choose the branch on the map.")


class Inventing(FormChannel):
    async def read_receipt(self, page: Page) -> str | None:
        return "A-1"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("steps")) as bench:
        yield bench


def test_each_step_is_taken_once_and_in_its_place(bench: Bench) -> None:
    channel = Telling(PLUGINS / "every_action.toml")
    channel.told = []
    trial = bench.file(channel)

    assert trial.report.outcome is Outcome.FILED, trial.said
    assert channel.told == [
        "open, filled: False",
        "fill 0, filled: True",
        "next 0",
        "fill 1, filled: True",
    ]


def test_a_step_can_ask_for_a_person(bench: Bench) -> None:
    trial = bench.file(Asking(PLUGINS / "every_action.toml"))

    assert trial.report.outcome is Outcome.NEEDS_HUMAN
    assert trial.report.task == "Choose the branch on the map."
    assert trial.stand_in.record.writes == []


def test_a_step_reads_the_receipt_where_the_definition_cannot_say_it(bench: Bench) -> None:
    trial = bench.file(Reading(PLUGINS / "without_number.toml"))

    assert trial.report.outcome is Outcome.FILED, trial.said
    assert trial.report.receipt is not None
    assert trial.report.receipt.number == "您的工单"


def test_a_receipt_that_the_page_does_not_show_is_none(bench: Bench) -> None:
    """Red when what a step returned was taken without looking at the page."""
    trial = bench.file(Inventing(PLUGINS / "without_number.toml"))

    assert trial.report.outcome is Outcome.FILED_UNVERIFIED, trial.said
    assert trial.report.receipt is not None
    assert trial.report.receipt.number is None
