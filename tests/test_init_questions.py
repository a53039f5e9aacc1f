"""``complain init`` asks calmly, in the order of need, and writes what was answered and no more."""

from __future__ import annotations

import io
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from complain.case.answers import Answered, Answers, load_answers
from complain.case.asking import next_question
from complain.case.begin import begin
from complain.case.folder import PROGRESS_FILE
from complain.case.load import load_case
from complain.case.model import Basis
from complain.case.write import case_text
from complain.errors import CaseMistakes, UsageError
from fakes.person import FULL, IDENTITY, NOW, Person, Script, Standing, Store, run, talk_to


def _no_flush(descriptor: int) -> None:
    """Leave the data to the system: an answer is written a thousand times here."""


@pytest.fixture(autouse=True, scope="module")
def quick_disk() -> Iterator[None]:
    """Flushing is tested where files are written; here each of thousands of answers would wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", _no_flush)
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = tmp_path / "matter"
    case.mkdir()
    (case / "01.png").write_bytes(b"picture")
    return case


def written(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))


def tables(document: dict[str, object], name: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", document[name])


# -- order and words ----------------------------------------------------------------------------------------


def test_danger_and_time_limits_come_before_any_name_and_the_identity_number_last() -> None:
    answers = Answers()
    keys: list[str] = []
    while (question := next_question(answers, ("01.png",))) is not None:
        keys.append(question.key)
        answers.given[question.key] = Answered(skipped="later")

    assert keys[:3] == ["safety.danger", "safety.court", "safety.fraud"]
    assert keys[-1] == "complainant.id_number"
    assert keys.index("complainant.name") > keys.index("complaint.subject")


@pytest.mark.parametrize(
    ("question", "number"),
    [("Is anybody at your door", "110"), ("court summons", "12348"), ("share your screen", "96110")],
)
def test_a_yes_to_danger_prints_one_calm_page_and_goes_on(folder: Path, question: str, number: str) -> None:
    _begun, calm = run(folder, {**FULL, question: "2"})
    (folder / PROGRESS_FILE).unlink()
    (folder / "case.toml").unlink()
    _begun, shown = run(folder, {**FULL, question: "1"})

    assert number in shown and number not in calm.split("In which app")[0]
    assert "What is your name" in shown


def test_every_question_can_be_answered_with_not_known_and_with_later(folder: Path) -> None:
    shown = io.StringIO()
    begin(folder, talk_to(Person(shown, FULL), shown), Store(), [])
    asked = [part for part in shown.getvalue().split("\n\n") if "> " in part]

    assert len(asked) > 50
    assert all("?  I do not know" in part and "Enter  later" in part for part in asked)


def test_the_answers_are_the_case(folder: Path) -> None:
    begun, _shown = run(folder, FULL, Store())
    case = load_case(folder, now=NOW)

    assert begun.case_id == case.id and case.id.startswith("case-")
    assert case.complainant.reachable_at == "18:00–21:00"
    assert (case.loans[0].lender_source, case.loans[0].lender_type) == ("contract", "small-loan")
    assert str(case.loans[0].principal) == "8600.00"
    assert str(case.loans[0].as_of) == "2026-11-15"
    incident = case.incidents[0]
    assert incident.when == "2026-10-12 22:47"
    assert incident.words == '第一行\n第二行 "引号" \\ # ['
    assert (incident.basis, incident.told_by, incident.evidence) == (Basis.TOLD, "同事", (1,))
    assert [demand.kind for demand in case.demands] == [
        "stop-third-parties",
        "name-agency",
        "written-reply",
        "other",
    ]
    assert case.contacts[0].number == "KF-1"
    assert case.evidence[0].shows == "来电时间"


def test_the_identity_number_goes_to_the_password_store_and_into_no_file(folder: Path) -> None:
    store = Store()
    run(folder, FULL, store)

    assert store.secrets == {"complainant.id_number": IDENTITY}
    for file in folder.iterdir():
        assert IDENTITY.encode() not in file.read_bytes()


@pytest.mark.parametrize("state", ["unavailable", "kept"])
def test_the_identity_number_is_not_asked_for_where_it_cannot_be_kept_or_is_kept(
    folder: Path, state: Standing
) -> None:
    _begun, shown = run(folder, FULL, Store(state))

    assert "What is your identity number" not in shown
    assert load_case(folder, now=NOW).complainant.id_number is None


def test_a_wrong_answer_is_refused_with_the_reason_and_asked_again(folder: Path) -> None:
    answers: Script = {
        **FULL,
        "your telephone number": ["12345", "abc", "13800000000"],
        "What was wrong": ["99", "0", "2"],
    }
    _begun, shown = run(folder, answers)

    assert shown.count("This is not a telephone number.") == 2
    assert shown.count("a number from 1 to 7") == 2
    assert load_case(folder, now=NOW).complainant.phone == "13800000000"


def test_a_step_back_takes_the_last_answer_away(folder: Path) -> None:
    shown = io.StringIO()
    script = ["<", "2", "1", "<", "2", "2", "错误", "<", "示例金融"]
    stdin = io.StringIO("\n".join(script) + "\n")
    with pytest.raises(UsageError):
        begin(folder, talk_to(stdin, shown), Store(), [])
    kept = load_answers(folder)

    assert kept.value("safety.court") == "no"
    assert kept.value("platform.name") == "示例金融"
    assert "This is the first question." in shown.getvalue()


# -- what is not known --------------------------------------------------------------------------------------


def test_putting_everything_off_still_writes_a_file_that_says_what_is_open(folder: Path) -> None:
    run(folder, {})
    text = (folder / "case.toml").read_text(encoding="utf-8")

    assert "# phone =" in text
    with pytest.raises(CaseMistakes) as caught:
        load_case(folder, now=NOW)
    assert {mistake.key for mistake in caught.value.mistakes} == {
        "complainant.name",
        "complainant.phone",
        "complainant.email",
        "complaint.subject",
        "incidents",
        "demands",
    }


@pytest.mark.parametrize("answer", ["?", "", "不知道", "？", "以后再说"])
def test_who_cannot_say_how_they_know_has_inferred_it(folder: Path, answer: str) -> None:
    run(folder, {**FULL, "How do you know of it": answer})

    assert load_case(folder, now=NOW).incidents[0].basis is Basis.INFERRED


def test_what_was_not_answered_is_not_written_as_a_fact(folder: Path) -> None:
    run(folder, {**FULL, "Was the call answered": "?", "Whom did they reach": "?", "Which company lent": "?"})
    document = written(folder)

    assert not {"answered", "reached", "disclosed_debt"} & set(tables(document, "incidents")[0])
    assert not {"lender", "lender_source"} & set(tables(document, "loans")[0])


def test_answers_that_a_later_change_makes_pointless_are_not_written(folder: Path) -> None:
    run(folder, FULL)
    answers = load_answers(folder)
    answers.given["incidents.0.reached"] = Answered(("self",))
    text = case_text(answers, ("01.png",))

    assert "disclosed_debt" not in text and "reached_note" not in text
