"""The dialog that asks again after the submit: the browser's own, or one of a real widget library; or one nobody knew of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.filing.transitions import State
from fakes.browsing import Browsing, browsing
from fakes.form_trials import SUBJECT, TEXT, TITLE, FormTrials, form, form_trials, page
from widgets.filing import needs_widgets

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("form-confirm")]

SEND = """const send = () => fetch("/send", { method: "POST", body: new URLSearchParams(new FormData(f)) })
  .then((answer) => answer.text()).then((text) => { said.innerHTML = text; });"""
REACT = """<script src=/node_modules/react/umd/react.production.min.js></script>
<script src=/node_modules/react-dom/umd/react-dom.production.min.js></script><script src=/node_modules/dayjs/dayjs.min.js></script>"""
LIBRARIES = {
    "element-plus": (
        """<link rel=stylesheet href=/node_modules/element-plus/dist/index.css>
<script src=/node_modules/vue/dist/vue.global.prod.js></script><script src=/node_modules/element-plus/dist/index.full.min.js></script>""",
        """ElementPlus.ElMessageBox.confirm("确定要提交吗？", "提示", { confirmButtonText: "确定", cancelButtonText: "取消" }).then(send)""",
        "确定",
    ),
    "antd5": (
        REACT + "<script src=/node_modules/antd5/dist/antd-with-locales.min.js></script>",
        """antd.Modal.confirm({ title: "确定要提交吗？", okText: "确定", cancelText: "取消", onOk: send })""",
        "确定",
    ),
    "antd6": (
        REACT + "<script src=/node_modules/antd/dist/antd-with-locales.min.js></script>",
        """antd.Modal.confirm({ title: "确定要提交吗？", okText: "确定", cancelText: "取消", onOk: send })""",
        "确定",
    ),
    "vant": (
        """<link rel=stylesheet href=/node_modules/vant/lib/index.css>
<script src=/node_modules/vue/dist/vue.global.prod.js></script><script src=/node_modules/vant/lib/vant.min.js></script>""",
        """vant.showConfirmDialog({ title: "提示", message: "确定要提交吗？" }).then(send)""",
        "确认",
    ),
}
OWN = """<dialog id=d>确定要提交吗？<button type=button onclick="d.close()">取消</button>
<button type=button onclick="f.submit()">确 定</button></dialog>"""
ASKS = 'onsubmit="event.preventDefault(); d.showModal()"'


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path) -> Iterator[FormTrials]:
    with form_trials(running, tmp_path) as opened:
        yield opened


@needs_widgets
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_dialog_of_a_real_widget_library_is_confirmed_once(trials: FormTrials, library: str) -> None:
    head, asks, name = LIBRARIES[library]
    trials.serve_widgets()
    says = 'onsubmit="event.preventDefault(); ask()"'
    trials.serve(f"{head}{form(says=says)}<p id=said></p><script>{SEND} const ask = () => {asks};</script>")
    settled = trials.file(trials.channel(page(TITLE, TEXT), submit=f'confirm = "{name}"'))

    assert (settled.state, settled.number) == (State.FILED, "N-1")
    assert trials.sent.value("title") == SUBJECT


def test_the_browsers_own_question_is_agreed_to(trials: FormTrials) -> None:
    trials.serve(form(says="onsubmit=\"return confirm('确定要提交吗？')\""))

    assert trials.file(trials.channel(page(TITLE, TEXT), submit='confirm = "确定"')).state is State.FILED
    assert trials.writes == ["/send"]


@pytest.mark.parametrize(
    ("html", "submit", "words"),
    [
        (form(says="onsubmit=\"return confirm('确定要提交吗？')\""), "", "确定要提交吗？"),
        (form(says=ASKS) + OWN, "", "确定要提交吗？"),
        (form(says=ASKS) + OWN, 'confirm = "确认"', "确 定"),
        (
            form("<p id=m></p>", says="onsubmit=\"m.textContent = '请填写手机号'; return false\""),
            "",
            "请填写手机号",
        ),
    ],
    ids=["native", "in the page", "another name", "a fault of the form"],
)
def test_what_the_page_said_in_place_of_sending_is_told(
    trials: FormTrials, html: str, submit: str, words: str
) -> None:
    """Red when it was only said that nothing had left, and the person could not know why."""
    trials.serve(html)
    settled = trials.file(trials.channel(page(TITLE, TEXT), submit=submit), settle=1.0)

    assert settled.state is State.NOT_FILED
    assert words in settled.reason
    assert "“confirm”" in settled.reason
    assert trials.writes == []
