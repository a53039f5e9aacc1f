"""A form in parts: frames, pages that follow each other, conditions; each page is waited for, none is taken for another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.errors import FormChanged, PluginMistake, ReadBackDiffers
from complain.filing import form_pages
from complain.filing.transitions import State
from fakes.browsing import Browsing, browsing
from fakes.fault_desk import Exchange, Handler
from fakes.form_trials import SUBJECT, TEXT, TITLE, FormTrials, form, form_trials, page
from widgets.stage import HEAD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("form-pages")]


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FormTrials]:
    monkeypatch.setattr(form_pages, "READY_SECONDS", 3.0)
    with form_trials(running, tmp_path) as opened:
        yield opened


FRAMED = "<iframe id=inner src=/inner style='width: 700px; height: 500px'></iframe>"
ME = '{ label = "姓名", value = "甲方" }'
OTHER = '{ label = "姓名", value = "乙方" }'


def slowly(answer: str, seconds: float = 1.0) -> Handler:
    def handler(exchange: Exchange) -> None:
        time.sleep(seconds)
        exchange.answer(200, answer)

    return handler


# -- wait and frame -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ['"#inner"', '"*/inner"'])
def test_a_page_in_a_frame_is_ready_when_the_frame_shows_its_sign(trials: FormTrials, frame: str) -> None:
    """Red when the sign was looked for outside of frames only."""
    trials.serve(FRAMED)
    trials.serve(f"<h2>请填写投诉</h2>{form()}", "/inner")
    settled = trials.file(trials.channel(page(TITLE, TEXT, frame=frame, wait='"请填写投诉"')))

    assert (settled.state, settled.number) == (State.FILED, "N-1")
    assert trials.sent.value("title") == SUBJECT


@pytest.mark.parametrize("wait", ['"请填写投诉"', '{ css = ".sign" }'])
def test_a_copy_of_a_sign_that_nobody_sees_does_not_hide_the_one_that_is_shown(
    trials: FormTrials, wait: str
) -> None:
    """Red when only the first one counted, as in the closed menu for phones before it."""
    trials.serve(f"<p class=sign hidden>请填写投诉</p><h2 class=sign>请填写投诉</h2>{form()}")

    assert trials.file(trials.channel(page(TITLE, TEXT, wait=wait))).state is State.FILED


def test_a_sign_that_never_comes_is_named(trials: FormTrials) -> None:
    trials.serve(f"<p hidden>请填写投诉</p>{form()}")
    with pytest.raises(FormChanged, match="does not show “请填写投诉”"):
        trials.rehearse(trials.channel(page(TITLE, TEXT, wait='"请填写投诉"')))

    assert trials.writes == []


def test_a_frame_that_is_not_there_is_named_with_those_that_are(trials: FormTrials) -> None:
    """Red when the field was said to be missing, in a list of fields that held it."""
    trials.serve(f"{FRAMED}{form()}")
    with pytest.raises(FormChanged, match=r"no frame “#form”.* Its frames are: #inner") as stopped:
        trials.rehearse(trials.channel(page(TITLE, TEXT, frame='"#form"')))

    assert "frame" in stopped.value.next_step


# -- one page after the other -----------------------------------------------------------------------------------

WIZARD = """<form method=post action=/send>
<div id=a><p><label>姓名 <input name=me></label></p><button type=button onclick="go()">下一步</button></div>
<div id=b hidden><p><label>姓名 <input name=other></label></p><p><label>问题描述 <textarea name=text></textarea></label></p>
<button>提交</button></div></form>
<script>async function go() { await fetch("/check", { method: "POST" }); a.hidden = true; b.hidden = false; }</script>"""


def test_a_page_that_stands_a_while_after_next_is_not_filled_with_what_belongs_on_the_next(
    trials: FormTrials,
) -> None:
    """Red when the next page's field was looked for at once: it was filed with another's name as the person's own."""
    trials.serve(WIZARD)
    trials.take("/check", slowly("{}"))
    settled = trials.file(
        trials.channel(page(ME, next='"下一步"', allow='["POST */check"]') + page(OTHER, TEXT))
    )

    assert settled.state is State.FILED
    assert (trials.sent.value("me"), trials.sent.value("other")) == ("甲方", "乙方")


def test_a_slow_answer_with_the_next_page_is_waited_for(trials: FormTrials) -> None:
    """Red when the old page was filled anew and then taken away."""
    trials.serve(
        "<form method=post action=/step><label>姓名 <input name=me></label><button>下一步</button></form>"
    )
    second = form("<p><label>姓名 <input name=other></label></p>")
    trials.take("/step", slowly(HEAD + second))
    settled = trials.file(
        trials.channel(page(ME, next='"下一步"', allow='["POST */step"]') + page(OTHER, TITLE, TEXT))
    )

    assert settled.state is State.FILED
    assert trials.writes == ["/step", "/send"]
    assert trials.sent.value("other") == "乙方"


def test_one_control_for_question_after_question_is_filled_each_time(trials: FormTrials) -> None:
    trials.serve("""<form id=f><p><label><b id=q>姓名</b> <input id=one></label></p><button type=button id=go>下一步</button></form>
<script>const asked = ["姓名", "标题", "姓名"], given = []; let at = 0;
go.onclick = () => {
  given.push(one.value);
  one.value = "";
  if (++at < 3) q.textContent = asked[at];
  if (at === 2) go.textContent = "提交";
  if (at === 3) fetch("/send", { method: "POST", body: new URLSearchParams(given.map((v, n) => [`q${n}`, v])) })
    .then((answer) => answer.text()).then((text) => { document.body.innerHTML = text; });
};</script>""")
    pages = page(ME, next='"下一步"') + page(TITLE, next='"下一步"') + page(OTHER)

    assert trials.file(trials.channel(pages)).state is State.FILED
    assert trials.sent.fields == [("q0", "甲方"), ("q1", SUBJECT), ("q2", "乙方")]


def test_a_form_that_does_not_move_on_is_said_to_stay(trials: FormTrials) -> None:
    trials.serve(WIZARD.replace("a.hidden = true; b.hidden = false;", ""))
    trials.take("/check")
    with pytest.raises(FormChanged, match="After “下一步” was pressed: The form stays at the page before"):
        trials.rehearse(
            trials.channel(page(ME, next='"下一步"', allow='["POST */check"]') + page(OTHER, TEXT))
        )

    assert trials.writes == ["/check"]


def test_what_the_page_was_kept_from_sending_is_named_with_what_to_write(trials: FormTrials) -> None:
    """Red when only the missing field was named, and its author could not know why it was missing."""
    trials.serve(WIZARD)
    with pytest.raises(FormChanged, match="the page before") as stopped:
        trials.rehearse(trials.channel(page(ME, next='"下一步"') + page(OTHER, TEXT)))

    assert 'allow = ["POST */check"]' in stopped.value.next_step
    assert trials.writes == []


def test_a_page_that_comes_by_itself_needs_no_button(trials: FormTrials) -> None:
    """Red when a button without a name was looked for, though the definition is allowed to have none."""
    trials.serve("""<form method=post action=/send><p><label>标题 <input name=title onchange="fetch('/part').then((a) => a.text()).then((t) => { more.innerHTML = t; })"></label></p>
<div id=more></div></form>""")
    trials.serve(
        "<h3>第二步</h3><p><label>问题描述 <textarea name=text></textarea></label></p><button>提交</button>",
        "/part",
    )

    assert trials.file(trials.channel(page(TITLE) + page(TEXT, wait='"第二步"'))).state is State.FILED
    assert trials.sent.value("title") == SUBJECT


ADVANCES = """<form id=f method=post action=/send><div id=q></div></form><script>
const kept = {}, show = (html) => { q.innerHTML = html; };
const first = `<fieldset><legend>类型</legend>${["服务", "催收"].map((k) => `<label><input type=radio name=kind value=${k}>${k}</label>`).join("")}</fieldset>`;
show(first);
q.onchange = (event) => {
  if (event.target.name !== "kind") return;
  kept.kind = event.target.value;
  const go = () => show(`<input type=hidden name=kind value=${kept.kind}><p><label>标题 <input name=title></label></p>
    <p><label>问题描述 <textarea name=text></textarea></label></p><button>提交</button>`);
  %s;
};</script>"""


@pytest.mark.parametrize("how", ["go()", "setTimeout(go, 300)"])
@pytest.mark.parametrize("action", ["choose", "check"])
def test_a_question_that_gives_way_as_soon_as_it_is_answered_is_answered(
    trials: FormTrials, how: str, action: str
) -> None:
    """Red when its answer was read back from a page that had gone."""
    trials.serve(ADVANCES % how)
    pages = page(f'{{ label = "类型", {action} = "催收" }}') + page(TITLE, TEXT, wait='"标题"')

    assert trials.file(trials.channel(pages)).state is State.FILED
    assert trials.sent.values("kind") == ["催收"]


# -- when -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lender", "asked"), [("small-loan", True), ("other", False)])
def test_a_question_that_only_some_are_asked_has_a_page_with_a_condition(
    trials: FormTrials, lender: str, asked: bool
) -> None:
    shown = "" if asked else "hidden"
    trials.serve(form(f"<p {shown}><label>小贷公司 <input name=lender></label></p>"))
    only = page(
        '{ label = "小贷公司", value = "{{ respondent.lender }}" }',
        when=f"\"loans[0].lender_type == '{lender}'\"",
    )
    channel = trials.channel(
        page(TITLE) + only.replace("[[page]]", '[[page]]\nwait = "小贷公司"') + page(TEXT, wait='"问题描述"')
    )

    assert trials.file(channel).state is State.FILED
    assert bool(trials.sent.value("lender")) is asked


def test_conditions_that_leave_every_page_out_are_a_mistake_and_no_empty_form(trials: FormTrials) -> None:
    """Red when a dry run said that the form was filled in, and a real one had a fault."""
    trials.serve(form())
    channel = trials.channel(page(TITLE, TEXT, when="\"respondent.lender_type == 'nobody'\""))
    with pytest.raises(PluginMistake, match="No page of “某平台” is for this case") as stopped:
        trials.rehearse(channel)

    assert "board.toml" in stopped.value.next_step
    assert trials.writes == []


# -- what a page does not take ----------------------------------------------------------------------------------


def test_a_field_that_takes_less_than_the_letter_is_told_by_numbers(trials: FormTrials) -> None:
    """Red when the whole letter stood there in asterisks, and not how much the page takes."""
    trials.serve(form().replace("<textarea", "<textarea maxlength=300"))
    with pytest.raises(ReadBackDiffers, match="“问题描述” takes 300 characters") as stopped:
        trials.rehearse(trials.channel(page(TITLE, TEXT)))

    assert len(stopped.value.message) < 120
    assert "letter = { max = 300 }" in stopped.value.next_step
    assert trials.writes == []
