"""``complain init`` loses no answer and replaces no file that is there, whatever is typed."""

from __future__ import annotations

import io
import os
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complain.case.answers import Answered, Answers, load_answers
from complain.case.begin import begin
from complain.case.folder import PROGRESS_FILE
from complain.case.interview import questions
from complain.case.load import load_case
from complain.case.write import case_text
from complain.errors import CaseMistakes, ExitCode, UsageError
from complain.filing.case_files import named_case
from fakes.person import FULL, NOW, Person, Store, run, talk_to


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


# -- stopping and going on ----------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", list(FULL)[1::5])
def test_stopping_anywhere_loses_nothing_and_going_on_gives_the_same_case(tmp_path: Path, stop: str) -> None:
    whole, halved = tmp_path / "whole", tmp_path / "halved"
    for place in (whole, halved):
        place.mkdir()
        (place / "01.png").write_bytes(b"picture")
    run(whole, FULL, Store())
    with pytest.raises(UsageError) as caught:
        run(halved, FULL, Store(), leaves_at=stop)
    assert caught.value.exit_code is ExitCode.USAGE
    assert not (halved / "case.toml").exists()
    run(halved, FULL, Store())

    assert {**written(whole), "id": ""} == {**written(halved), "id": ""}


def test_the_id_stays_the_same_from_the_first_answer_on(folder: Path) -> None:
    with pytest.raises(UsageError):
        run(folder, FULL, leaves_at="What is your name")
    chosen = load_answers(folder).case_id
    run(folder, FULL)
    run(folder, FULL)

    assert written(folder)["id"] == chosen


def test_a_second_run_asks_what_was_put_off_and_whether_more_happened(folder: Path) -> None:
    run(folder, {**FULL, "your e-mail": ""})
    _begun, shown = run(folder, {"your e-mail": "name@example.com", "Did anything else happen": "2"})

    assert "your e-mail" in shown and "Did anything else happen" in shown
    assert "What is your name" not in shown
    assert load_case(folder, now=NOW).complainant.email == "name@example.com"


def test_an_interrupt_from_the_keyboard_keeps_what_was_answered(folder: Path) -> None:
    class Interrupted(Person):
        def readline(self) -> str:
            if "What is your name" in self.question:
                raise KeyboardInterrupt
            return super().readline()

    shown = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        begin(folder, talk_to(Interrupted(shown, FULL), shown), Store(), [])

    assert load_answers(folder).value("complaint.subject") == "催收人员深夜来电"


def test_what_is_kept_is_readable_by_its_owner_only(folder: Path) -> None:
    run(folder, FULL)

    for name in (PROGRESS_FILE, "case.toml"):
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_a_damaged_file_of_answers_is_said_and_left_alone(folder: Path) -> None:
    (folder / PROGRESS_FILE).write_text('{"given": [', encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        run(folder, FULL)
    assert PROGRESS_FILE in caught.value.message
    assert (folder / PROGRESS_FILE).read_text(encoding="utf-8") == '{"given": ['


# -- never over a file that is there ------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["", "y", "yes", "?"])
def test_a_case_that_is_there_is_not_replaced_without_the_word(folder: Path, answer: str) -> None:
    (folder / "case.toml").write_text('id = "mine"\n', encoding="utf-8")
    begun, shown = run(folder, {**FULL, "There is already a case": answer})

    assert not begun.written
    assert (folder / "case.toml").read_text(encoding="utf-8") == 'id = "mine"\n'
    assert "What is your name" not in shown


@pytest.mark.parametrize("answer", ["replace", "替换", "“替换”"])
def test_a_case_that_is_replaced_keeps_its_id_and_a_copy(folder: Path, answer: str) -> None:
    (folder / "case.toml").write_text('id = "mine"\n', encoding="utf-8")
    begun, _shown = run(folder, {**FULL, "There is already a case": answer})

    assert begun.written and written(folder)["id"] == "mine"
    assert (folder / "case.old.toml").read_text(encoding="utf-8") == 'id = "mine"\n'


def test_a_case_edited_by_hand_after_init_is_not_replaced_without_the_word(folder: Path) -> None:
    run(folder, FULL)
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    begun, _shown = run(folder, FULL)

    assert not begun.written
    assert (folder / "case.toml").read_text(encoding="utf-8").endswith("# mine\n")


def test_a_case_edited_while_the_questions_are_asked_is_left_alone(folder: Path) -> None:
    class Meddled(Person):
        def readline(self) -> str:
            if "What is your name" in self.question:
                (folder / "case.toml").write_text('id = "other"\n', encoding="utf-8")
            return super().readline()

    shown = io.StringIO()
    with pytest.raises(UsageError):
        begin(folder, talk_to(Meddled(shown, FULL), shown), Store(), [])

    assert (folder / "case.toml").read_text(encoding="utf-8") == 'id = "other"\n'
    assert load_answers(folder).value("complainant.name") == "张示例"


# -- whatever is typed --------------------------------------------------------------------------------------

TYPED = st.one_of(
    st.sampled_from(
        [
            "",
            "?",
            "1",
            "2",
            "3",
            "1 2 3",
            "<",
            "以后再说",
            "昨天 9:05",
            "10月12日 22:47",
            "2026-10-12",
            "12.5",
            "13800000000",
            "a@b.cn",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TYPED, max_size=120))
def test_whatever_is_typed_ends_in_a_readable_case_or_in_kept_answers(lines: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "01.png").write_bytes(b"picture")
        stdin = io.StringIO("".join(f"{line}\n" for line in lines))
        shown = io.StringIO()
        try:
            begin(folder, talk_to(stdin, shown), Store(), [])
        except UsageError:
            kept = load_answers(folder)
            assert all(question.key for question in questions(kept, ("01.png",)))
            return
        document = written(folder)
        assert "id" in document
        for mistake in _mistakes(folder):
            assert mistake.startswith(("complainant", "complaint", "incidents", "demands")), mistake


def _mistakes(folder: Path) -> list[str]:
    try:
        load_case(folder, now=NOW)
    except CaseMistakes as caught:
        return [mistake.key for mistake in caught.mistakes]
    return []


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_a_text_is_written_so_that_it_reads_back_the_same(text: str) -> None:
    answers = Answers(
        {"complaint.subject": Answered((text,)), "incidents.0.words": Answered((f"{text}\n{text}",))},
        "case-a",
    )
    document = tomllib.loads(case_text(answers, ()))

    assert cast("dict[str, str]", document["complaint"])["subject"] == text
    assert tables(document, "incidents")[0]["words"] == f"{text}\n{text}\n"


def test_forgetting_a_case_finds_the_answers_and_the_replaced_case_too(folder: Path) -> None:
    (folder / "case.toml").write_text('id = "mine"\n', encoding="utf-8")
    run(folder, {**FULL, "There is already a case": "replace"})
    _identity, files = named_case(folder)

    assert {path.name for path in files.paths} == {"case.toml", "case.old.toml", PROGRESS_FILE, "01.png"}
