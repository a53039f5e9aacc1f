"""What was filled on a page that was left is what is sent: read again before the submit, and in the request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.errors import ReadBackDiffers
from complain.filing.transitions import State
from fakes.browsing import Browsing, browsing
from fakes.form_trials import SUBJECT, TEXT, TITLE, FormTrials, form_trials, page
from widgets.stage import HEAD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("form-pages")]

STEPS = """<form method=post action=/send id=f>
<div id=a><p><label>姓名 <input name=me></label></p>
<p><label>投诉类型 <select name=kind><option>请选择<option>催收骚扰<option>收费争议</select></label></p>
<button type=button onclick="a.hidden = true; b.hidden = false; {next}">下一步</button></div>
<div id=b hidden><p><label>标题 <input name=title></label></p><p><label>问题描述 <textarea name=text></textarea></label></p>
<button>提交</button></div></form><script>const me = f.elements.me; {script}</script>"""
ME = '{ label = "姓名", value = "甲方当事人" }'
KIND = '{ label = "投诉类型", choose = "催收骚扰" }'
PAGES = page(ME, KIND, next='"下一步"') + page(TITLE, TEXT)


def steps(*, next: str = "", script: str = "") -> str:
    return STEPS.replace("{next}", next).replace("{script}", script)


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path) -> Iterator[FormTrials]:
    with form_trials(running, tmp_path) as opened:
        yield opened


def test_steps_of_one_page_that_keep_what_they_hold_are_filed(trials: FormTrials) -> None:
    trials.serve(steps())

    assert trials.file(trials.channel(PAGES)).state is State.FILED
    assert [trials.sent.value(name) for name in ("me", "kind", "title")] == [
        "甲方当事人",
        "催收骚扰",
        SUBJECT,
    ]


@pytest.mark.parametrize(
    ("change", "name", "planned"),
    [
        ("me.value = '乙方当事人'", "姓名", "甲*"),
        ("me.value = ''", "姓名", "甲*"),
        ("f.elements.kind.selectedIndex = 2", "投诉类型", "催*"),
    ],
)
def test_a_step_that_changes_after_it_was_left_stops_the_filing(
    trials: FormTrials, change: str, name: str, planned: str
) -> None:
    """Red when only the last step was read again: another name was filed."""
    trials.serve(steps(next=f"setTimeout(() => {{ {change} }}, 300)"))
    with pytest.raises(ReadBackDiffers) as stopped:
        trials.file(trials.channel(PAGES))

    assert f"“{name}” should hold “{planned[0]}" in stopped.value.message
    assert trials.desk.stored == []


def test_a_step_that_changes_at_the_press_keeps_the_request_from_leaving(trials: FormTrials) -> None:
    """Red when only the last step's values were looked for in the request."""
    trials.serve(steps(script="f.onsubmit = () => { me.value = '乙方当事人'; }"))
    settled = trials.file(trials.channel(PAGES))

    assert (settled.state, trials.desk.stored) == (State.NOT_FILED, [])
    assert "姓名" in settled.reason


def test_a_step_whose_controls_are_gone_or_serve_another_question_stops_nothing(trials: FormTrials) -> None:
    """Many pages draw their steps anew: what is gone cannot be read, and what the control asks now is another thing."""
    drawn = """a.querySelector("label").firstChild.data = "备注 "; me.value = ""; a.hidden = false;
      const kept = document.createElement("input"); kept.type = "hidden"; kept.name = "kept"; kept.value = "甲方当事人";
      f.append(kept); f.elements.kind.remove();"""
    trials.serve(steps(next=drawn.replace("\n", " ").replace('"', "'")))

    assert trials.file(trials.channel(PAGES)).state is State.FILED
    assert trials.sent.value("kept") == "甲方当事人"


POSTS = """f.onsubmit = (e) => { e.preventDefault(); const body = new URLSearchParams(new FormData(f)); body.append("kept", kept);
 fetch("/send", { method: "POST", body }).then((answer) => answer.text()).then((text) => { document.body.innerHTML = text; }); };"""
LETTER = "<label>问题描述 <textarea name=text></textarea></label><button>提交</button>"
KEPT_ASIDE = {
    "a dialog that is emptied as it closes": (
        f"""<div id=d><form id=p><label>手机号 <input></label></form><button id=ok>下一步</button></div>
<form id=f hidden>{LETTER}</form><script>let kept;
ok.onclick = () => {{ kept = p.elements[0].value; p.reset(); d.hidden = true; f.hidden = false; }}; {POSTS}</script>""",
        "13800138000",
    ),
    "a step that becomes a summary with stars": (
        f"""<form id=f><label>手机号 <input id=m></label><button type=button id=n>下一步</button><div id=b hidden>{LETTER}</div></form>
<script>let kept; n.onclick = () => {{ kept = m.value; m.value = kept.slice(0, 3) + "****" + kept.slice(7); m.readOnly = true;
n.hidden = true; b.hidden = false; }}; {POSTS}</script>""",
        "13800138000",
    ),
    "an amount that a script computes with": (
        f"""<form id=f><div id=a><label>手机号 <input name=m></label><button type=button id=n>下一步</button></div><div id=b hidden>{LETTER}</div></form>
<script>let kept; n.onclick = () => {{ kept = f.m.value; f.m.value = parseFloat(kept); a.hidden = true; b.hidden = false; }}; {POSTS}</script>""",
        "12345.50",
    ),
}


@pytest.mark.parametrize("way", KEPT_ASIDE)
def test_a_step_that_a_script_keeps_its_own_way_is_filed(trials: FormTrials, way: str) -> None:
    """Red when every change of a left step stopped the filing: ordinary forms could not be filed any more."""
    html, value = KEPT_ASIDE[way]
    trials.serve(html)
    first = page(f'{{ label = "手机号", value = "{value}" }}', next='"下一步"')

    assert trials.file(trials.channel(first + page(TEXT))).state is State.FILED
    assert trials.sent.value("kept") == value


def test_two_questions_may_go_under_one_name(trials: FormTrials) -> None:
    """Red when the first one's answer was looked for under the second one's name: stopped after the press."""
    trials.serve(
        "<form method=post action=/step><label>投诉人姓名 <input name=name></label><button>下一步</button></form>"
    )
    second = f"""<form method=post action=/send><div id=a><label>被投诉人 <input name=name></label>
<button type=button onclick="a.hidden = true; b.hidden = false">继续</button></div><div id=b hidden>{LETTER}</div></form>"""
    trials.take("/step", HEAD + second)
    pages = (
        page('{ label = "投诉人姓名", value = "甲方" }', next='"下一步"', allow='["POST */step"]')
        + page('{ label = "被投诉人", value = "某公司" }', next='"继续"')
        + page(TEXT)
    )

    assert trials.file(trials.channel(pages)).state is State.FILED
    assert trials.sent.value("name") == "某公司"
