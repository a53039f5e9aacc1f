"""Files that a page uploads as soon as they are chosen: after the confirm only, and never lost without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.errors import FormChanged
from complain.filing.transitions import State
from fakes.browsing import Browsing, browsing
from fakes.fault_desk import Exchange
from fakes.form_trials import TEXT, TITLE, FormTrials, form, form_trials, page
from widgets.filing import needs_widgets

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("form-uploads")]

FILES = '{ label = "附件", files = "evidence" }'
NATIVE = """<p><label>附件 <input type=file multiple onchange="upload(this.files)"></label></p><script>
async function upload(files) {
  for (const file of files) {
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch("/upload", { method: "POST", body });
    const id = Object.assign(document.createElement("input"), { type: "hidden", name: "id", value: await answer.text() });
    document.forms[0].append(id);
  }
}</script>"""
OF_THE_CHANNEL = 'uploads = ["POST */upload"]'


@pytest.fixture(scope="module")
def running() -> Iterator[Browsing]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def trials(running: Browsing, tmp_path: Path) -> Iterator[FormTrials]:
    with form_trials(running, tmp_path) as opened:
        kept: list[bytes] = []

        def keep(exchange: Exchange) -> None:
            kept.append(exchange.request.body)
            exchange.answer(200, f"U{len(kept)}", kind="text/plain")

        opened.take("/upload", keep)
        yield opened


def test_uploads_leave_after_the_confirm_and_belong_to_what_is_filed(trials: FormTrials) -> None:
    trials.serve(form(NATIVE))
    channel = trials.channel(page(TITLE, TEXT, FILES), channel=OF_THE_CHANNEL)
    prepared = trials.rehearse(channel)

    assert (prepared.uploads_late, trials.writes) == (True, [])
    assert trials.file(channel).state is State.FILED
    assert trials.writes == ["/upload", "/upload", "/upload", "/send"]
    assert trials.sent.values("id") == ["U1", "U2", "U3"]


def test_files_that_the_page_was_kept_from_uploading_stop_the_filing(trials: FormTrials) -> None:
    """Red when the complaint was filed without its evidence, because the page went on showing the files."""
    trials.serve(form(NATIVE))
    with pytest.raises(FormChanged, match=r"nothing of it arrived at .*/upload") as stopped:
        trials.file(trials.channel(page(TITLE, TEXT, FILES)))

    assert 'uploads = ["POST */upload"]' in stopped.value.next_step
    assert "allow" not in stopped.value.next_step
    assert trials.writes == []


def test_an_upload_that_the_channel_does_not_take_stops_the_filing(trials: FormTrials) -> None:
    """Red when the complaint was filed without its evidence."""
    trials.serve(form(NATIVE))
    trials.take("/upload", lambda exchange: exchange.answer(413, "太大"))
    with pytest.raises(FormChanged, match=r"answered with an error \(413\)"):
        trials.file(trials.channel(page(TITLE, TEXT, FILES), channel=OF_THE_CHANNEL))

    assert "/send" not in trials.writes


def test_a_page_that_tries_to_save_the_whole_form_with_its_files_has_uploaded_nothing(
    trials: FormTrials,
) -> None:
    """What the guard keeps from such a page is missed by nobody: the files go with the form."""
    saves = "onchange=\"fetch('/draft', { method: 'POST', body: new FormData(this) })\" enctype=multipart/form-data"
    trials.serve(form("<p><label>附件 <input type=file name=files multiple></label></p>", says=saves))

    assert trials.file(trials.channel(page(FILES, TITLE, TEXT))).state is State.FILED
    assert trials.writes == ["/send"]
    assert len(trials.sent.files) == 3


TWO_PAGES = f"""<form method=post action=/send><div id=a><p><label>标题 <input name=title></label></p>{NATIVE}
<button type=button onclick="a.hidden = true; b.hidden = false">下一步</button></div>
<div id=b hidden><p><label>问题描述 <textarea name=text></textarea></label></p><button>提交</button></div></form>"""
ON_THE_FIRST = page(TITLE, FILES, next='"下一步"', uploads='["POST */upload"]') + page(TEXT)


def test_uploads_of_an_earlier_page_wait_for_the_confirm_too(trials: FormTrials) -> None:
    """Red when they were kept and the complaint was filed without them."""
    trials.serve(TWO_PAGES)
    channel = trials.channel(ON_THE_FIRST)
    prepared = trials.rehearse(channel)

    assert (prepared.uploads_late, trials.writes) == (True, [])
    assert trials.file(channel).state is State.FILED
    assert trials.sent.values("id") == ["U1", "U2", "U3"]
    assert trials.sent.value("title")


EL = """<!doctype html><html lang=zh><meta charset=utf-8><link rel=stylesheet href=/node_modules/element-plus/dist/index.css>
<script src=/node_modules/vue/dist/vue.global.prod.js></script><script src=/node_modules/element-plus/dist/index.full.min.js></script>
<div id=app><el-form label-width=120px @submit.prevent><el-form-item label="标题"><el-input v-model="m.title"></el-input></el-form-item>
<el-form-item label="问题描述"><el-input v-model="m.text" type=textarea></el-input></el-form-item>
<el-form-item label="附件"><el-upload v-model:file-list="m.files" action=/upload multiple><el-button>选择</el-button></el-upload></el-form-item>
<el-button @click="send">提交</el-button></el-form><p>{{ said }}</p></div><script>
Vue.createApp({ setup() {
  const m = Vue.reactive({ title: "", text: "", files: [] }), said = Vue.ref("");
  const send = async () => {
    const body = new URLSearchParams([["title", m.title], ["text", m.text], ...m.files.map((file) => ["id", String(file.response)])]);
    said.value = (await (await fetch("/send", { method: "POST", body })).text()).replace(/<[^>]*>/g, "");
  };
  return { m, said, send };
} }).use(ElementPlus).mount("#app");</script>"""


@needs_widgets
def test_uploads_of_a_real_widget_wait_for_the_confirm_and_are_read_back(trials: FormTrials) -> None:
    trials.serve_widgets()
    trials.serve(EL)
    channel = trials.channel(page(TITLE, TEXT, FILES), channel=OF_THE_CHANNEL)

    assert trials.rehearse(channel).uploads_late
    assert trials.writes == []
    assert trials.file(channel).state is State.FILED
    assert sorted(trials.sent.values("id")) == ["U1", "U2", "U3"]


def test_what_a_page_measures_is_no_upload_of_evidence(trials: FormTrials) -> None:
    """Red when any write with a file part that was kept back stopped the filing."""
    measures = """<script>fetch("/t", { method: "POST", headers: { "content-type": "application/octet-stream" },
 body: new Uint8Array(20) }).catch(() => {});</script>"""
    trials.serve(form(NATIVE + measures))

    assert trials.file(trials.channel(page(TITLE, TEXT, FILES), channel=OF_THE_CHANNEL)).state is State.FILED


def test_an_upload_that_the_page_repeats_until_it_arrives_has_arrived(trials: FormTrials) -> None:
    """Red when the first answer was never forgotten."""
    answers = iter([503])
    trials.serve(
        form(
            NATIVE.replace(
                "const answer = await",
                "await fetch('/upload', { method: 'POST', body }); const answer = await",
            )
        )
    )
    trials.take("/upload", lambda e: e.answer(next(answers, 200), "U", kind="text/plain"))

    assert trials.file(trials.channel(page(TITLE, TEXT, FILES), channel=OF_THE_CHANNEL)).state is State.FILED


def test_a_refused_upload_is_not_tried_again(trials: FormTrials) -> None:
    """Red when it counted as a far side that cannot be reached: everything was uploaded and asked three times."""
    trials.serve(form(NATIVE.replace("for (const file of files)", "for (const file of [files[0]])")))
    trials.take("/upload", lambda e: e.answer(413, "too large"))
    with pytest.raises(FormChanged, match="413"):
        trials.file(trials.channel(page(TITLE, TEXT, FILES), channel=OF_THE_CHANNEL))

    assert trials.writes == ["/upload"]
