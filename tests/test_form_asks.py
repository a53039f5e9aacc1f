"""What a form asks of a person: the code that is sent for, the picture that is shown, and where the answer goes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.errors import FormChanged, PersonNeeded, PluginMistake
from complain.filing import form_challenge
from complain.filing.transitions import State
from fakes.browsing import Browsing, browsing
from fakes.form_trials import TEXT, TITLE, FormTrials, form, form_trials, page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("form-asks")]

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SMS = '{ label = "短信验证码", ask = "sms", send = "获取验证码" }'
CAPTCHA = '{ label = "图形验证码", ask = "captcha", picture = "img.captcha" }'
CODE = "<p><label>%s <input name=code></label></p>"
PICTURE = CODE % "图形验证码" + "<img class=captcha src=/code.png width=60 height=20>"


def sending(to: str) -> str:
    return (
        CODE % "短信验证码"
        + f"<button type=button onclick=\"fetch('{to}', {{ method: 'POST' }})\">获取验证码</button>"
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FormTrials]:
    monkeypatch.setattr(form_challenge, "APPEAR_SECONDS", 0.5)
    with form_trials(running, tmp_path) as opened:
        opened.take("/code")
        opened.desk.on("GET", "/code.png", lambda exchange: exchange.answer(200, DOT, kind="image/png"))
        yield opened


def test_a_code_is_sent_for_once_and_typed(trials: FormTrials) -> None:
    trials.serve(form(sending("/code")))
    trials.answers = {"sms": "246810"}

    assert trials.file(trials.channel(page(TITLE, TEXT, SMS))).state is State.FILED
    assert trials.writes == ["/code", "/send"]
    assert trials.sent.value("code") == "246810"


def test_a_dry_run_sends_for_no_code_and_says_that_it_is_given_later(trials: FormTrials) -> None:
    trials.serve(form(sending("/code")))
    prepared = trials.rehearse(trials.channel(page(TITLE, TEXT, SMS)))

    assert prepared.waiting == ("“短信验证码” is given by you when it is sent.",)
    assert trials.writes == []


def test_a_code_that_the_channel_would_not_send_is_said_where_it_is_asked_for(trials: FormTrials) -> None:
    """Red when a person waited for an SMS that the channel had refused to send."""
    trials.serve(form(sending("/code")))
    trials.take("/code", lambda exchange: exchange.answer(429, "太频繁"))
    with pytest.raises(PersonNeeded):
        trials.file(trials.channel(page(TITLE, TEXT, SMS)))

    assert "answered with an error: 429" in trials.asked[0].prompt
    assert trials.writes == ["/code"]


def test_nobody_is_asked_for_a_code_that_the_page_could_not_send_for(trials: FormTrials) -> None:
    """Red when the guard had kept the request, and a person was asked for what could never come."""
    other = "http://127.0.0.1:9"
    trials.serve(form(sending(f"{other}/code")))
    channel = trials.channel(page(TITLE, TEXT, SMS), channel=f'origins = ["{other}"]')
    with pytest.raises(FormChanged, match="kept from asking for the code") as stopped:
        trials.file(channel)

    assert 'allow = ["POST */code"]' in stopped.value.next_step
    assert trials.asked == []
    assert trials.writes == []


@pytest.mark.parametrize(("ask", "html"), [(SMS, sending("/code")), (CAPTCHA, PICTURE)])
def test_a_code_that_is_said_to_be_typed_and_is_not_stops_the_filing(
    trials: FormTrials, ask: str, html: str
) -> None:
    """Red when the form was submitted without its code."""
    trials.serve(form(html))
    trials.answers = {"sms": True, "captcha": True}
    with pytest.raises(PersonNeeded, match="is still empty"):
        trials.file(trials.channel(page(TITLE, TEXT, ask)))

    assert "/send" not in trials.writes


@pytest.mark.parametrize("where", ["", "<iframe src=/inner width=400 height=100></iframe>"])
def test_the_picture_of_a_captcha_is_shown_to_who_answers(trials: FormTrials, where: str) -> None:
    copy = "<img class=captcha src=/code.png hidden>"
    trials.serve(form(copy + (CODE % "图形验证码" + where if where else PICTURE)))
    trials.serve("<img class=captcha src=/code.png width=60 height=20>", "/inner")
    trials.answers = {"captcha": "ab12"}

    assert trials.file(trials.channel(page(TITLE, TEXT, CAPTCHA))).state is State.FILED
    assert (trials.asked[0].picture or b"").startswith(b"\x89PNG")
    assert trials.sent.value("code") == "ab12"


def test_a_picture_that_is_not_there_is_named(trials: FormTrials) -> None:
    """Red when it was waited for half a minute and then told in the browser's own words."""
    trials.serve(form(PICTURE))
    missing = CAPTCHA.replace("img.captcha", "#seccode")
    with pytest.raises(FormChanged, match="shows no picture “#seccode” for “图形验证码”") as stopped:
        trials.file(trials.channel(page(TITLE, TEXT, missing)))

    assert "picture" in stopped.value.next_step
    assert trials.writes == []


@pytest.mark.parametrize("kind", ["slider", "confirm"])
def test_what_is_done_by_hand_files_when_it_is_said_to_be_done(trials: FormTrials, kind: str) -> None:
    trials.serve(form())
    trials.answers = {kind: True}

    assert trials.file(trials.channel(page(TITLE, TEXT, f'{{ ask = "{kind}" }}'))).state is State.FILED
    assert [one.kind for one in trials.asked] == [kind]


def test_a_text_for_what_has_no_field_is_typed_nowhere(trials: FormTrials) -> None:
    """Red when a field without a name was looked for, and two were said to have it."""
    trials.serve(form())
    trials.answers = {"slider": "done"}
    with pytest.raises(PluginMistake, match="names no field for it"):
        trials.file(trials.channel(page(TITLE, TEXT, '{ ask = "slider" }')))

    assert trials.writes == []


def test_a_code_that_is_sent_for_by_a_link_is_asked_for_although_the_page_measures_too(
    trials: FormTrials,
) -> None:
    """Red when any request that was kept back counted as the one for the code."""
    counted = trials.desk.origin.replace("127.0.0.1", "localhost")
    asks = f"""<label>短信验证码 <input name=code></label><button type=button
 onclick="fetch('{counted}/e', {{ method: 'POST', mode: 'no-cors', body: 'x' }}).catch(() => 0); fetch('/code?p=1')">获取</button>"""
    trials.serve(form(asks))
    trials.serve("ok", "/code")
    trials.answers = {"sms": "123456"}
    code = '{ label = "短信验证码", ask = "sms", send = "获取" }'
    channel = trials.channel(page(TITLE, TEXT, code), channel='assets = ["localhost"]')

    assert trials.file(channel).state is State.FILED
    assert trials.sent.value("code") == "123456"
