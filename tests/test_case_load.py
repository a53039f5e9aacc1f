"""A case folder becomes a case, or every mistake in it is named at once."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.case.folder import case_id, is_case_id
from complain.case.identity import check_character, identity_fault
from complain.case.load import load_case
from complain.case.model import Answer, Basis, Case, Reached
from complain.errors import CaseMistakes, ExitCode, Mistake, UsageError

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
EXAMPLE = Path(__file__).parent.parent / "examples" / "basic"
LEAST = """\
id = "case-2026"
[complainant]
name = "张示例"
phone = "138-0000-0000"
email = "name@example.com"
[complaint]
subject = "催收人员深夜来电"
[[loans]]
product = "示例分期"
[[incidents]]
at = 2026-10-12 22:47:00
[[demands]]
kind = "hours"
[[evidence]]
file = "01.png"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "01.png").write_bytes(b"picture")
    return tmp_path


def load(folder: Path, text: str) -> Case:
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return load_case(folder, now=NOW)


def mistakes(folder: Path, text: str) -> list[Mistake]:
    with pytest.raises(CaseMistakes) as caught:
        load(folder, text)
    assert caught.value.exit_code is ExitCode.USAGE
    return list(caught.value.mistakes)


def places(found: list[Mistake]) -> list[tuple[int | None, str]]:
    return [(mistake.line, mistake.key) for mistake in found]


def replaced(old: str, new: str) -> str:
    assert old in LEAST
    return LEAST.replace(old, new)


# -- what loads ---------------------------------------------------------------------------------------------


def test_the_keys_of_the_contract_alone_are_a_case(folder: Path) -> None:
    case = load(folder, LEAST)

    assert case.id == "case-2026"
    assert case.complainant.phone == "13800000000"
    assert case.incidents[0].at == dt.datetime.fromisoformat("2026-10-12T22:47:00+08:00")
    assert case.evidence[0].name == "01.png"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('product = "示例分期"', 'lender = "示范小额贷款有限公司"'),
        ('product = "示例分期"', ""),
        ('kind = "hours"', 'text = "书面答复"'),
        ('[[loans]]\nproduct = "示例分期"', ""),
        ('[[evidence]]\nfile = "01.png"', ""),
        ('phone = "138-0000-0000"', "phone = 13800000000"),
        ('phone = "138-0000-0000"', 'phone = "+86 138 0000 0000"'),
        ('phone = "138-0000-0000"', 'phone = "010-12345678"'),
        ('file = "01.png"', 'file = ".\\\\01.png"'),
    ],
)
def test_little_is_enough(folder: Path, old: str, new: str) -> None:
    assert load(folder, replaced(old, new)).complainant.name == "张示例"


def test_the_example_is_complete_and_fits_the_narrowest_form() -> None:
    case = load_case(EXAMPLE, now=NOW)

    assert len(case.complaint.subject) <= 30
    assert len(case.evidence) >= 3
    assert len({incident.kind for incident in case.incidents}) >= 4
    assert {incident.basis for incident in case.incidents} == set(Basis)
    assert len(case.contacts) >= 2
    assert all((EXAMPLE / entry.file).stat().st_size < 2_000_000 for entry in case.evidence)


def test_a_file_saved_by_windows_notepad_is_read(folder: Path) -> None:
    (folder / "case.toml").write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())

    assert load_case(folder, now=NOW).id == "case-2026"


def test_the_case_file_itself_may_be_named(folder: Path) -> None:
    load(folder, LEAST)

    assert load_case(folder / "case.toml", now=NOW).id == case_id(folder / "case.toml") == "case-2026"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-12 22:47:00", "2026-10-12T22:47:00+08:00"),
        ("2026-10-12T14:47:00Z", "2026-10-12T22:47:00+08:00"),
        ('"2026-10-12 22:47"', "2026-10-12T22:47:00+08:00"),
        ('"2026年10月12日 22：47"', "2026-10-12T22:47:00+08:00"),
        ('"2026/10/12T22:47:30"', "2026-10-12T22:47:30+08:00"),
    ],
)
def test_a_time_without_an_offset_is_chinas(folder: Path, written: str, meant: str) -> None:
    incident = load(folder, replaced("2026-10-12 22:47:00", written)).incidents[0]

    assert incident.at.isoformat() == meant
    assert incident.time_known


@pytest.mark.parametrize("written", ["2026-10-12", '"2026-10-12"', '"2026年10月12日"'])
def test_a_day_alone_claims_no_midnight(folder: Path, written: str) -> None:
    incident = load(folder, replaced("2026-10-12 22:47:00", written)).incidents[0]

    assert not incident.time_known
    assert incident.when == "2026-10-12"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8600", "8600.00"),
        ("8600.5", "8600.50"),
        ("0.1", "0.10"),
        ('"8,600.00"', "8600.00"),
        ('"¥8600元"', "8600.00"),
        ("8.6e3", "8600.00"),
        ("0", "0.00"),
    ],
)
def test_money_is_exact(folder: Path, written: str, meant: str) -> None:
    loan = load(folder, LEAST.replace("[[loans]]\n", f"[[loans]]\nfees = {written}\n")).loans[0]

    assert loan.fees == Decimal(meant)
    assert str(loan.fees) == meant


def test_yes_and_no_may_be_true_and_false(folder: Path) -> None:
    text = replaced('product = "示例分期"', "assignment_notice = true")

    assert load(folder, text).loans[0].assignment_notice is Answer.YES


@pytest.mark.parametrize(
    ("more", "basis"),
    [
        ("", Basis.FIRST_HAND),
        ('reached = "self"', Basis.FIRST_HAND),
        ('reached = "colleague"', Basis.TOLD),
        ('told_by = "同事"', Basis.TOLD),
        ('reached = "family"\nbasis = "first-hand"', Basis.FIRST_HAND),
        ('reached = "family"\nbasis = "inferred"', Basis.INFERRED),
    ],
)
def test_what_reached_somebody_else_counts_as_told_unless_the_person_says_otherwise(
    folder: Path, more: str, basis: Basis
) -> None:
    case = load(folder, replaced("at = 2026-10-12 22:47:00", f"at = 2026-10-12 22:47:00\n{more}"))

    assert case.incidents[0].basis is basis


def test_incidents_in_time_leave_the_files_order_alone(folder: Path) -> None:
    case = load(folder, LEAST + "[[incidents]]\nat = 2026-10-01\nreached = 'self'\n")

    assert [incident.when for incident in case.incidents_in_time] == ["2026-10-01", "2026-10-12 22:47"]
    assert case.incidents[1].reached is Reached.SELF


def test_the_respondent_is_the_first_known_lender_and_else_the_platform(folder: Path) -> None:
    platform = LEAST + '[platform]\nname = "示例金融"\n'

    assert load(folder, platform).respondent.name == "示例金融"
    assert load(folder, platform + '[[loans]]\nlender = "示范小贷"\n').respondent.name == "示范小贷"


# -- mistakes -----------------------------------------------------------------------------------------------


def test_all_mistakes_are_named_at_once_with_their_lines(folder: Path) -> None:
    text = """\
id = "case-2026"

[complainant]
name = "张示例"
phone = "12345"
emial = "name@example.com"

[complaint]
subject = "催收人员深夜来电"

[[loans]]
principal = 12.345
[[loans]]
fees = -1

[[incidents]]
at = 2026-10-12 22:47:00
evidence = [
  1,
  3,
]
[[incidents]]
at = "2026-02-30 10:00"

[[demands]]
kind = "hours"

[[evidence]]
file = "gone.png"
"""
    found = mistakes(folder, text)

    assert places(found) == [
        (3, "complainant.email"),
        (5, "complainant.phone"),
        (6, "complainant.emial"),
        (12, "loans[1].principal"),
        (14, "loans[2].fees"),
        (20, "incidents[1].evidence[2]"),
        (23, "incidents[2].at"),
        (29, "evidence[1].file"),
    ]
    assert all(mistake.problem and mistake.remedy for mistake in found)


def test_an_unknown_key_is_answered_with_the_nearest_one(folder: Path) -> None:
    found = mistakes(folder, replaced("email =", "emial = 'x'\nemail ="))

    assert "email" in found[0].remedy


def test_a_key_like_no_other_is_answered_with_those_that_are_known(folder: Path) -> None:
    found = mistakes(folder, replaced("email =", "zzz = 'x'\nemail ="))

    assert "phone" in found[0].remedy


def test_a_value_outside_a_list_is_answered_with_the_list(folder: Path) -> None:
    found = mistakes(folder, LEAST.replace("[[loans]]", '[[loans]]\nlender_type = "bnak"'))

    assert places(found) == [(9, "loans[1].lender_type")]
    assert "bank, consumer-finance, small-loan, unknown" in found[0].remedy


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('name = "张示例"', 'name = "  "', "complainant.name"),
        ('name = "张示例"', "name = 5", "complainant.name"),
        ('name = "张示例"', 'name = """a\nb"""', "complainant.name"),
        ('phone = "138-0000-0000"', 'phone = "1380000000"', "complainant.phone"),
        ('phone = "138-0000-0000"', 'phone = "12800000000"', "complainant.phone"),
        ('phone = "138-0000-0000"', "phone = true", "complainant.phone"),
        ('email = "name@example.com"', 'email = "name@example"', "complainant.email"),
        ('email = "name@example.com"', 'email = "na me@example.com"', "complainant.email"),
        ('email = "name@example.com"', 'email = "a@example.com>,b@example.com"', "complainant.email"),
        ('subject = "催收人员深夜来电"', f'subject = "{"长" * 301}"', "complaint.subject"),
        ('kind = "hours"', 'kind = "other"', "demands[1]"),
        ('kind = "hours"', "", "demands[1]"),
        ('[[demands]]\nkind = "hours"', "", "demands"),
        ("[[incidents]]\nat = 2026-10-12 22:47:00", "", "incidents"),
        ("at = 2026-10-12 22:47:00", "", "incidents[1].at"),
        ("at = 2026-10-12 22:47:00", "at = 22:47:00", "incidents[1].at"),
        ("at = 2026-10-12 22:47:00", "at = 2026-11-24 00:00:00", "incidents[1].at"),
        ("at = 2026-10-12 22:47:00", "at = 0026-10-12", "incidents[1].at"),
        ("at = 2026-10-12 22:47:00", 'at = "gestern"', "incidents[1].at"),
        ("at = 2026-10-12 22:47:00", 'at = "2026-10-12 25:00"', "incidents[1].at"),
        ('product = "示例分期"', "as_of = 2026-11-24", "loans[1].as_of"),
        ('product = "示例分期"', "as_of = 20261101", "loans[1].as_of"),
        ('product = "示例分期"', "fees = true", "loans[1].fees"),
        ('product = "示例分期"', "fees = nan", "loans[1].fees"),
        ('product = "示例分期"', "fees = inf", "loans[1].fees"),
        ('product = "示例分期"', "fees = 1e12", "loans[1].fees"),
        ('product = "示例分期"', 'fees = "1,23"', "loans[1].fees"),
        ('product = "示例分期"', "fees = 0.001", "loans[1].fees"),
        ('file = "01.png"', 'file = "../01.png"', "evidence[1].file"),
        ('file = "01.png"', 'file = "/etc/passwd"', "evidence[1].file"),
        ('file = "01.png"', "file = 'C:\\01.png'", "evidence[1].file"),
        ('file = "01.png"', 'file = ""', "evidence[1].file"),
        ('id = "case-2026"', 'id = "Case 2026"', "id"),
        ('id = "case-2026"', 'id = "../x"', "id"),
        ('id = "case-2026"', 'id = "con"', "id"),
        ('id = "case-2026"', "", "id"),
    ],
)
def test_one_wrong_value_is_one_mistake_at_its_key(folder: Path, old: str, new: str, key: str) -> None:
    assert [mistake.key for mistake in mistakes(folder, replaced(old, new))] == [key]


def test_a_table_where_a_list_belongs_is_said(folder: Path) -> None:
    found = mistakes(folder, replaced("[[loans]]", "[loans]"))

    assert places(found) == [(8, "loans")]
    assert "[[" in found[0].remedy


def test_a_list_where_a_table_belongs_is_said(folder: Path) -> None:
    assert places(mistakes(folder, replaced("[complaint]", "[[complaint]]"))) == [(6, "complaint")]


def test_an_empty_evidence_file_is_said(folder: Path) -> None:
    (folder / "01.png").write_bytes(b"")

    assert places(mistakes(folder, LEAST)) == [(15, "evidence[1].file")]


def test_evidence_that_is_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    outside = folder.parent / "outside.png"
    outside.write_bytes(b"picture")
    (folder / "01.png").unlink()
    (folder / "01.png").symlink_to(outside)

    assert places(mistakes(folder, LEAST)) == [(15, "evidence[1].file")]


def test_what_would_count_twice_is_said(folder: Path) -> None:
    text = (
        LEAST
        + "[[incidents]]\nat = 2026-10-12 22:47:00\n"
        + '[[loans]]\ncontract_number = "1"\n[[loans]]\ncontract_number = "1"\n'
        + '[[evidence]]\nfile = "./01.png"\n'
    )

    assert [mistake.key for mistake in mistakes(folder, text)] == [
        "incidents[2]",
        "loans[3].contract_number",
        "evidence[2].file",
    ]


@pytest.mark.parametrize(
    "more",
    ['told_on = 2026-10-11\nbasis = "told"', 'told_by = "同事"\nbasis = "first-hand"'],
)
def test_a_told_incident_contradicts_neither_its_day_nor_its_basis(folder: Path, more: str) -> None:
    found = mistakes(folder, replaced("at = 2026-10-12 22:47:00", f"at = 2026-10-12 22:47:00\n{more}"))

    assert places(found) == [(10, "incidents[1]")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id = "x"\n[complainant\nname = "a"', 2),
        ('id = "x"\nid = "y"', 2),
        ('id = "x"\nat = 2026-02-30', 2),
        ('id = "x"\nname = “张示例”\n', 2),
        ('id = "x"\nname = "张示例\n', 2),
        ('id = "x"\n\n\nname = """', 4),
    ],
)
def test_a_line_that_is_no_toml_is_named(folder: Path, text: str, line: int) -> None:
    found = mistakes(folder, text)

    assert places(found) == [(line, "")]
    assert found[0].remedy


def test_full_width_signs_are_recognised_as_the_cause(folder: Path) -> None:
    assert "full-width" in mistakes(folder, "id ＝ “x”")[0].problem


def test_a_file_in_the_encoding_of_old_windows_is_said_with_its_line(folder: Path) -> None:
    (folder / "case.toml").write_bytes('id = "x"\n# 中文\n'.encode("gbk"))

    with pytest.raises(CaseMistakes) as caught:
        load_case(folder, now=NOW)

    assert caught.value.mistakes[0].line == 2


def test_a_folder_without_a_case_is_answered_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_case(tmp_path)

    assert caught.value.next_step.startswith("complain init")


@given(st.text(alphabet="0123456789", min_size=5, max_size=12))
def test_no_mistake_repeats_what_may_be_personal(digits: str) -> None:
    from pydantic import ValidationError

    with pytest.raises(ValidationError) as caught:
        Case.model_validate(
            {"complainant": {"phone": f"x{digits}", "id_number": f"y{digits}", "email": f"z{digits}"}}
        )
    assert digits not in str(caught.value)


# -- identity numbers ---------------------------------------------------------------------------------------


@given(st.integers(110000, 659999), st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)), st.integers(0, 999))
def test_an_identity_number_with_its_check_character_is_right(region: int, born: dt.date, order: int) -> None:
    first = f"{region}{born:%Y%m%d}{order:03}"

    assert identity_fault(first + check_character(first)) is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_of_an_identity_number_is_always_noticed(place: int, step: int) -> None:
    right = "110101190001010014"
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]

    assert identity_fault(wrong) is not None


@given(st.integers(0, 16))
def test_two_exchanged_digits_of_an_identity_number_are_always_noticed(place: int) -> None:
    right = "110101190001010014"
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    assert swapped == right or identity_fault(swapped) is not None


def test_a_wrong_identity_number_is_a_mistake(folder: Path) -> None:
    found = mistakes(folder, replaced("email =", 'id_number = "110101190001010015"\nemail ='))

    assert places(found) == [(5, "complainant.id_number")]
    assert "110101" not in str(found[0])


# -- the id alone -------------------------------------------------------------------------------------------


def test_the_id_is_read_without_any_heavy_library(folder: Path) -> None:
    load(folder, LEAST)
    program = (
        "import sys, json; from pathlib import Path; from complain.case.folder import case_id\n"
        "print(json.dumps([case_id(Path(sys.argv[1])), sorted({'pydantic','keyring','jinja2','playwright','tomlkit'} & set(sys.modules))]))"
    )
    run = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)

    assert json.loads(run.stdout) == ["case-2026", []]


def test_the_id_of_a_broken_file_is_a_mistake_and_no_traceback(folder: Path) -> None:
    for text in ("id = ", 'id = "A B"', "id = 5", ""):
        (folder / "case.toml").write_text(text, encoding="utf-8")
        with pytest.raises(CaseMistakes):
            case_id(folder)


@given(st.text(max_size=70))
def test_an_id_is_always_safe_as_a_folders_name(text: str) -> None:
    if is_case_id(text):
        assert text.isascii() and text == text.lower() and len(text) <= 64
        assert not set(text) & set("./\\: ") and not text.startswith("-")
