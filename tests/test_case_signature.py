"""A signature is of exactly the facts, evidence and letters that were shown."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from complain.case.load import load_case
from complain.case.signature import facts_digest, record_signature, signed_digest
from complain.environment import Environment, Home
from complain.errors import ComplainError, ExitCode, NotSigned
from complain.filing.signing import ensure_signed, is_truth_word, require_signature, signing_digest, statement

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
EXAMPLE = Path(__file__).parent.parent / "examples" / "basic"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "case"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(home=Home(tmp_path / "home"), now=lambda: NOW)


def digest(folder: Path) -> str:
    return facts_digest(load_case(folder, now=NOW), folder)


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / "case.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "case.toml").write_text(text.replace(old, new), encoding="utf-8")


class Hand:
    """A person at the terminal who signs, or does not."""

    def __init__(self, signs: bool, folder: Path | None = None) -> None:
        self.signs, self.folder, self.shown = signs, folder, ""

    async def sign(self, why: str) -> bool:
        self.shown = why
        if self.folder is not None:  # somebody changes a file while the person reads
            (self.folder / "evidence" / "02-sms.jpg").write_bytes(b"other")
        return self.signs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("8600.00", "8600.01"),
        ("2026-10-12 22:47:00", "2026-10-12 22:48:00"),
        ("at = 2026-10-18  ", "at = 2026-10-18 00:00:00  "),
        ('reachable_at = "8:00–22:00"', ""),
        ('disclosed_debt = "yes"            #', "#"),
    ],
)
def test_a_changed_fact_changes_the_digest(folder: Path, old: str, new: str) -> None:
    before = digest(folder)
    edit(folder, old, new)

    assert digest(folder) != before


def test_one_byte_of_an_evidence_file_changes_the_digest(folder: Path) -> None:
    before = digest(folder)
    picture = folder / "evidence" / "01-call-log.png"
    picture.write_bytes(picture.read_bytes()[:-1] + b"!")

    assert digest(folder) != before


def test_comments_and_the_order_of_keys_are_no_facts(folder: Path) -> None:
    before = digest(folder)
    edit(folder, 'name = "张示例"\nphone = "138-0000-0000"', 'phone = 13800000000   # 本人\nname = "张示例"')

    assert digest(folder) == before


def test_the_order_of_evidence_is_a_fact(folder: Path) -> None:
    before = digest(folder)
    edit(folder, "01-call-log.png", "x")
    edit(folder, "02-sms.jpg", "01-call-log.png")
    edit(folder, "evidence/x", "evidence/02-sms.jpg")

    assert digest(folder) != before


def test_an_unsigned_case_is_stopped_with_the_command_that_signs(
    folder: Path, environment: Environment
) -> None:
    with pytest.raises(NotSigned) as caught:
        require_signature(environment.home, load_case(folder, now=NOW), folder)

    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.next_step == f"complain sign {folder} --home {environment.home.root}"


def test_a_signed_case_goes_on_until_something_changes(folder: Path, environment: Environment) -> None:
    case = load_case(folder, now=NOW)
    record_signature(environment.home, case.id, signing_digest(case, folder), NOW)
    require_signature(environment.home, case, folder)
    edit(folder, "8600.00", "8600.01")

    with pytest.raises(NotSigned) as caught:
        require_signature(environment.home, load_case(folder, now=NOW), folder)
    assert "changed" in caught.value.message


def test_a_practice_signature_does_not_count_for_a_real_filing(folder: Path, tmp_path: Path) -> None:
    case = load_case(folder, now=NOW)
    record_signature(Home(tmp_path, practice=True), case.id, signing_digest(case, folder), NOW)

    with pytest.raises(NotSigned):
        require_signature(Home(tmp_path), case, folder)


def test_earlier_signatures_stay_on_file_and_the_last_one_counts(environment: Environment) -> None:
    record_signature(environment.home, "case-a", "1" * 64, NOW)
    record_signature(environment.home, "case-a", "2" * 64, NOW)
    record_signature(environment.home, "case-b", "3" * 64, NOW)
    document = json.loads((environment.home.path / "signatures" / "case-a.json").read_text(encoding="utf-8"))

    assert signed_digest(environment.home, "case-a") == "2" * 64
    assert [entry["digest"] for entry in document["signatures"]] == ["1" * 64, "2" * 64]


def test_a_damaged_file_of_signatures_signs_nothing(environment: Environment) -> None:
    record_signature(environment.home, "case-a", "1" * 64, NOW)
    path = environment.home.path / "signatures" / "case-a.json"
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(ComplainError) as caught:
        signed_digest(environment.home, "case-a")
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("typed", ["属实\n", " 属实 ", "属实"])
def test_the_word_signs(typed: str) -> None:
    assert is_truth_word(typed)


@pytest.mark.parametrize("typed", ["", "\n", "yes", "y", "属实。", "不属实", "属 实", "屬實"])
def test_no_other_word_signs(typed: str) -> None:
    assert not is_truth_word(typed)


def test_the_statement_shows_every_fact_and_the_letters(folder: Path) -> None:
    case = load_case(folder, now=NOW)
    shown = statement(case)

    for fact in (case.complainant.phone, "KF-2026-0001", "8600.00", "同部门同事", "2026-10-18", "投诉书"):
        assert fact in shown
    assert "2026-10-18 00:00" not in shown


def test_who_signs_at_the_confirm_is_not_asked_again(folder: Path, environment: Environment) -> None:
    case, hand = load_case(folder, now=NOW), Hand(signs=True)
    asyncio.run(ensure_signed(environment, case, folder, hand, may_ask=True, must=False))

    assert "张示例" in hand.shown
    asyncio.run(ensure_signed(environment, case, folder, Hand(signs=False), may_ask=True, must=True))


@pytest.mark.parametrize(("may_ask", "must"), [(True, False), (True, True), (False, True)])
def test_without_the_word_a_filing_is_stopped(
    folder: Path, environment: Environment, may_ask: bool, must: bool
) -> None:
    case = load_case(folder, now=NOW)

    with pytest.raises(NotSigned):
        asyncio.run(ensure_signed(environment, case, folder, Hand(signs=False), may_ask=may_ask, must=must))
    assert signed_digest(environment.home, case.id) is None


def test_yes_on_the_command_line_never_asks_for_the_word(folder: Path, environment: Environment) -> None:
    with pytest.raises(NotSigned):
        asyncio.run(
            ensure_signed(
                environment, load_case(folder, now=NOW), folder, Hand(signs=True), may_ask=True, must=True
            )
        )


def test_what_changes_while_the_person_reads_is_not_signed(folder: Path, environment: Environment) -> None:
    case = load_case(folder, now=NOW)
    asyncio.run(
        ensure_signed(environment, case, folder, Hand(signs=True, folder=folder), may_ask=True, must=False)
    )

    with pytest.raises(NotSigned):
        require_signature(environment.home, case, folder)
