"""Disclosure, sources, the terminal's summary, and what comes next."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from rich.console import Console

from complain.case.load import load_case
from complain.case.model import Case
from complain.model import Action, Draft, FilingReport, Outcome, PlannedField, PlannedPage
from complain.reports.disclosure import Disclosure, Known, disclosures
from complain.reports.next_steps import Deadline, next_steps
from complain.reports.sources import source_label
from complain.reports.terminal import terminal_summary
from fakes.cli import EXAMPLE
from fakes.reports import EMAIL, LETTER, NAME, PHONE, channel, chinese, report

DAY = dt.date(2026, 12, 8)


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(EXAMPLE)


def summary(reveal: bool = False, width: int = 100, **changes: object) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(terminal_summary(report(channel(**changes)), reveal=reveal))
    return out.getvalue()


def items(case: Case, draft: Draft, stage: int) -> dict[str, Known]:
    return {row.item: row.known for row in disclosures(case, draft, recipient="某机构", stage=stage)}


def test_only_what_a_draft_carries_is_disclosed(case: Case) -> None:
    draft = Draft("website", letter=f"投诉人：{case.complainant.name}")

    told = items(case, draft, stage=1)

    assert "Name" in told
    assert "Mobile number" not in told
    assert "Identity number" not in told


def test_a_number_that_only_a_field_carries_is_disclosed(case: Case) -> None:
    field = PlannedField("证件号码", Action.VALUE, ("1101…",), source="{{ complainant.id_number }}")

    assert "Identity number" in items(case, Draft("x", "", pages=(PlannedPage((field,)),)), stage=2)


def test_everything_is_new_to_a_body_outside_the_institution(case: Case) -> None:
    draft = Draft("regulator", letter=f"{case.complainant.name} {case.complainant.phone}")

    assert set(items(case, draft, stage=2).values()) == {Known.NEW}


def test_a_phone_number_never_counts_as_known_for_sure(case: Case) -> None:
    draft = Draft("website", letter=case.complainant.phone)

    assert items(case, draft, stage=1)["Mobile number"] is Known.UNSURE


def test_a_disclosure_never_holds_the_value_itself(case: Case) -> None:
    draft = Draft("website", letter=f"{case.complainant.name} {case.complainant.phone}")

    rows = disclosures(case, draft, recipient="某机构")

    assert not any(case.complainant.phone in str(row) or case.complainant.name in str(row) for row in rows)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ complainant.email }}", "您填写的材料：电子邮箱"),
        ("{{ complainant.name }} {{ complainant.phone }}", "您填写的材料：姓名、您填写的材料：手机号码"),
        ("{{ letter }}", "投诉信"),
        ("evidence", "您填写的材料：证据材料"),
        ("complainant.phone", "您填写的材料：手机号码"),
        ("{{ respondent.contract_number or '' }}", "您填写的材料：借款"),
        ("投诉", "这一途径的固定内容"),
        ("the letter of complaint", "这一途径的固定内容"),
        ("", ""),
    ],
)
def test_a_source_is_named_as_a_person_would(
    monkeypatch: pytest.MonkeyPatch, source: str, expected: str
) -> None:
    with chinese(monkeypatch):
        assert source_label(source) == expected


def test_the_terminal_masks_as_the_page_does() -> None:
    shown = summary(warnings=(f"号码 {PHONE} 待核对",), reason=f"{NAME} 未登录")

    assert [secret for secret in (PHONE, EMAIL, NAME) if secret in shown] == []
    assert PHONE in summary(reveal=True)


def test_the_terminal_counts_a_long_value_and_never_shows_it_as_whole() -> None:
    shown = summary(letter="")

    assert f"({len(LETTER)} characters in all)" in shown
    assert f"the letter, {len(LETTER)} characters" in summary()


def test_brackets_in_a_letter_do_not_colour_the_terminal() -> None:
    assert "[red]重要[/red]" in summary(warnings=("[red]重要[/red]",))


def test_the_terminal_names_what_waits_and_who_will_know() -> None:
    shown = summary(
        waiting=("输入验证码",), discloses=(Disclosure("某公司", "放款机构", "姓名", Known.HELD),)
    )

    for expected in ("输入验证码", "某公司", "放款机构", "姓名"):
        assert expected in shown


FILED = FilingReport("website", Outcome.FILED)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_comes_next_is_three_lines_at_most(outcome: Outcome) -> None:
    steps = next_steps([FILED, FilingReport("b", outcome)], [Deadline("website", DAY, legal=True)])

    assert 1 <= len(steps.lines) <= 3


def test_after_a_filing_the_caution_about_callers_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    with chinese(monkeypatch):
        steps = next_steps(
            [FILED], [Deadline("website", DAY, legal=False)], titles={"website": "平台网站投诉"}
        )

    assert steps.caution == (
        "机构可能会来电核实：可以要求书面答复，不要在电话里仓促承诺还款，只通过官方渠道还款。"
    )
    assert (
        steps.lines[0] == "等答复：未查到适用的法定期限；建议 2026-12-08 向“平台网站投诉”询问（仅为提醒）。"
    )


def test_a_legal_deadline_is_told_before_a_reminder() -> None:
    deadlines = [Deadline("website", dt.date(2026, 12, 1), legal=False), Deadline("website", DAY, legal=True)]

    assert "due by 2026-12-08" in next_steps([FILED], deadlines).lines[0]


def test_a_rule_that_is_not_verified_is_not_called_no_rule() -> None:
    unverified = [Deadline("website", DAY, legal=False, ruled=True)]
    line = next_steps([FILED], unverified).lines[0]
    assert "not verified on an official site" in line
    assert "No legal time limit" not in line
    assert "No legal time limit" in next_steps([FILED], [Deadline("website", DAY, legal=False)]).lines[0]


def test_the_deadline_of_a_filing_that_was_not_sent_is_not_awaited() -> None:
    steps = next_steps([FilingReport("website", Outcome.NOT_FILED)], [Deadline("website", DAY, legal=True)])

    assert "2026-12-08" not in str(steps)


def test_after_practice_nobody_is_said_to_call() -> None:
    steps = next_steps([FILED], practice=True)

    assert steps.caution == ""
    assert "call" not in str(steps)


def test_an_unknown_outcome_comes_before_all_other_work() -> None:
    reports = [FilingReport("a", Outcome.NEEDS_HUMAN), FilingReport("b", Outcome.UNKNOWN)]

    last = next_steps(reports, titles={"b": "监管部门"}).lines[-1]

    assert "监管部门" in last
    assert "do not submit again" in last
