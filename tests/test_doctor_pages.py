"""What doctor makes of a form in parts: pages with a condition, pages that come by themselves, pictures in frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.browser.sessions import SessionStore
from complain.environment import Home
from complain.filing.doctoring import Examined, examine
from complain.vault import PracticeVault
from fakes.browsing import Browsing, browsing
from fakes.form_trials import TEXT, TITLE, FormTrials, form, form_trials, page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("doctor-pages")]

BANK = page(
    '{ label = "银行", value = "{{ respondent.lender }}" }',
    next='"下一步"',
    when="\"respondent.lender_type == 'bank'\"",
)


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path) -> Iterator[FormTrials]:
    with form_trials(running, tmp_path) as opened:
        yield opened


def looked_at(trials: FormTrials, pages: str) -> Examined:
    sessions = SessionStore(Home(trials.folder / "home"), PracticeVault({}))
    return trials.running.wait(examine(trials.channel(pages), trials.running.run, sessions, patience=1.0))


def test_a_first_page_that_is_for_others_only_is_no_drift(trials: FormTrials) -> None:
    """Red when its field and its button were said to be gone."""
    trials.serve(form())
    found = looked_at(trials, BANK + page(TITLE, TEXT))

    assert found.differs == []
    assert found.unseen == [
        "Page 1 is there only in some cases, and not now: respondent.lender_type == 'bank'"
    ]


def test_a_first_page_with_a_condition_is_compared_where_it_is_there(trials: FormTrials) -> None:
    trials.serve("<form><p><label>银行 <input name=bank></label></p><button type=button>继续</button></form>")
    found = looked_at(trials, BANK + page(TITLE, TEXT))

    assert found.differs == ["The page has no button “下一步”. Its buttons are: 继续."]
    assert found.unseen == ["1 further pages are reached only by filling."]


def test_a_page_after_which_the_next_comes_by_itself_needs_no_button(trials: FormTrials) -> None:
    """Red when a button without a name was said to be gone."""
    trials.serve("<form><p><label>标题 <input name=title></label></p></form>")
    found = looked_at(trials, page(TITLE) + page(TEXT, wait='"第二步"'))

    assert found.differs == []


def test_the_picture_of_a_captcha_is_seen_in_a_frame_too(trials: FormTrials) -> None:
    """Red when it was said to be gone, though a filing would find it."""
    trials.serve(form("<p><label>图形验证码 <input name=code></label></p><iframe src=/inner></iframe>"))
    trials.serve("<img class=captcha width=9 height=9>", "/inner")
    captcha = '{ label = "图形验证码", ask = "captcha", picture = "img.captcha" }'
    found = looked_at(trials, page(TITLE, TEXT, captcha))

    assert found.differs == []
