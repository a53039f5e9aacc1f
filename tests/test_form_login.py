"""Logging in to a form: from the keyring, by a kept session, and how it is told that nobody has to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.errors import PersonNeeded, VaultUnavailable
from complain.filing import form_login
from complain.filing.transitions import State
from fakes.browsing import Browsing, browsing
from fakes.fault_desk import Exchange
from fakes.form_trials import TEXT, TITLE, FormTrials, form, form_trials, page
from widgets.stage import HEAD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("form-login")]

BY_HAND = '[login]\nurl = "{origin}/login"\ndone = "退出登录"\n'
FROM_KEYRING = (
    BY_HAND
    + """fields = [
  { label = "用户名", value = "{{ secret('board.user') }}" },
  { label = "密码", value = "{{ secret('board.password') }}" },
]
button = "登录"
"""
)
ASKS = "<form method=post action=/login><label>用户名 <input name=u></label><label>密码 <input name=p type=password></label><button>登录</button></form>"
# Who is logged in shows only after the page has asked for it, as on most pages that are made by scripts.
LATE = """<p id=who></p><script>fetch("/who").then((answer) => answer.text()).then((text) => { who.textContent = text; })</script>"""


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FormTrials]:
    monkeypatch.setattr(form_login, "DONE_SECONDS", 1.5)
    with form_trials(running, tmp_path) as opened:
        opened.secrets = {"board.user": "zhang", "board.password": "geheim-123"}
        opened.desk.on("GET", "/", lambda e: e.answer(200, HEAD + (_inside() if _is_in(e) else "请先登录")))
        opened.serve(ASKS, "/login")
        opened.serve("<p>退出登录</p>", "/me")
        opened.take("/login", _log_in)
        yield opened


def _inside() -> str:
    return f"<p hidden>退出登录</p><p>退出登录</p>{form()}"


def _is_in(exchange: Exchange) -> bool:
    return "in=1" in exchange.request.headers.get("cookie", "")


def _log_in(exchange: Exchange) -> None:
    if b"geheim-123" in exchange.request.body:
        exchange.answer(302, headers={"Location": "/me", "Set-Cookie": "in=1; Path=/"})
    else:
        exchange.answer(302, headers={"Location": "/login"})


def _who(exchange: Exchange) -> None:
    time.sleep(0.8)
    exchange.answer(200, "退出登录")


def test_a_log_in_from_the_keyring_leads_to_the_form(trials: FormTrials) -> None:
    channel = trials.channel(page(TITLE, TEXT), rest=FROM_KEYRING)

    assert trials.file(channel).state is State.FILED
    assert trials.writes == ["/login", "/send"]


def test_a_secret_that_is_not_kept_is_named_with_the_command_that_keeps_it(trials: FormTrials) -> None:
    trials.secrets = {}
    with pytest.raises(VaultUnavailable, match=r"board\.user") as stopped:
        trials.file(trials.channel(page(TITLE, TEXT), rest=FROM_KEYRING))

    assert stopped.value.next_step == "complain secret set board.user"
    assert trials.writes == []


def test_a_log_in_that_is_not_accepted_is_tried_once(trials: FormTrials) -> None:
    trials.secrets = {"board.user": "zhang", "board.password": "falsch"}
    with pytest.raises(PersonNeeded, match="did not succeed"):
        trials.file(trials.channel(page(TITLE, TEXT), rest=FROM_KEYRING))

    assert trials.writes == ["/login"]


@pytest.mark.parametrize("log_in", [BY_HAND, FROM_KEYRING], ids=["by hand", "from the keyring"])
def test_a_person_whom_the_page_names_only_after_a_while_is_not_asked_to_log_in(
    trials: FormTrials, log_in: str
) -> None:
    """Red when the sign was looked for once, as soon as the page was loaded."""
    trials.desk.on("GET", "/who", _who)
    trials.serve(LATE + form())
    trials.desk.on("GET", "/login", lambda exchange: exchange.redirect(302, "/me"))
    trials.serve(LATE, "/me")

    assert trials.file(trials.channel(page(TITLE, TEXT), rest=log_in)).state is State.FILED
    assert trials.writes == ["/send"]


def test_a_form_that_shows_a_guest_needs_the_person(trials: FormTrials) -> None:
    with pytest.raises(PersonNeeded, match="Log in to “某平台” yourself first") as stopped:
        trials.rehearse(trials.channel(page(TITLE, TEXT), rest=BY_HAND))

    assert stopped.value.next_step == "complain login board"


@pytest.mark.parametrize(("form_at", "login_at"), [("/#/complain", "/#/login"), ("/", "/?m=login")])
def test_who_is_in_is_not_sent_to_a_log_in_page_that_only_what_follows_the_path_tells_apart(
    trials: FormTrials, form_at: str, login_at: str
) -> None:
    """Red when the form was taken for its log-in page: who was in was sent there, and logged out by it."""
    inside = f"<p>退出登录</p>{form()}"
    trials.serve(
        f"<div id=app></div><script>const at = location.hash + location.search;"
        f"app.innerHTML = at.includes('login') ? '请先登录' : `{inside}`;</script>"
    )
    channel = trials.channel(
        page(TITLE, TEXT), rest=BY_HAND.replace("{origin}/login", f"{trials.desk.origin}{login_at}")
    )
    channel.url = f"{trials.desk.origin}{form_at}"

    assert trials.file(channel).state is State.FILED
