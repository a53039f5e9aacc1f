"""The plan as it is read weeks after filing: each rule and date once, and the letter that silence calls for."""

from __future__ import annotations

import datetime as dt
import shlex
from pathlib import Path

from complain.case.model import Case
from complain.cli.plan_lines import next_lines, plan_lines
from complain.environment import CHINA, Home, default_root
from complain.filing.planning import Plan, plan_dates
from complain.filing.ruling import Rulings
from complain.model import Outcome
from complain.rules.evaluate import Ruling, evaluate_all
from complain.rules.facts import ChannelFact, FilingFact
from complain.rules.offers import offers
from letter_cases import bank

DAY = dt.date(2026, 6, 1)
HOME = Home(default_root())
CHANNELS = (
    ChannelFact("in-app", 1, "institution", "App"),
    ChannelFact("website", 1, "institution", "网站"),
    ChannelFact("regulator", 2, "regulator", "监管"),
    ChannelFact("association", 2, "association", "消协"),
)


def _filed(channel: ChannelFact) -> FilingFact:
    at = dt.datetime.combine(DAY, dt.time(9), CHINA)
    return FilingFact(channel.id, channel.title, channel.stage, channel.body, Outcome.FILED, "A-1", at)


def _plan(case: Case, filings: tuple[FilingFact, ...], today: dt.date) -> Plan:
    rulings = evaluate_all(case, CHANNELS, filings, today)
    titles = {channel.id: channel.title for channel in CHANNELS}
    dates = plan_dates(case, filings, today)
    return Plan(case.id, titles, rulings, dates, offers(case, rulings, filings, today))


def test_a_term_that_several_channels_wait_for_stands_once_among_the_reasons() -> None:
    lines = list(plan_lines(_plan(bank(), (_filed(CHANNELS[0]),), DAY), Path("c"), HOME))
    told = [line for line in lines if "decides within 15 days" in line]
    assert len(told) == 1
    assert "(Source: " in told[0]
    after = lines[lines.index(told[0]) + 1]
    assert after.strip() == "For: 监管, 消协"
    number = told[0].split(".")[0].strip()
    assert f"  App: 2026-06-16 (reason {number})" in lines


def test_two_desks_of_one_firm_share_a_date_in_the_list() -> None:
    made = _plan(bank(), (_filed(CHANNELS[0]), _filed(CHANNELS[1])), DAY)
    dated = [line for line in next_lines(made, Path("c"), HOME) if "decides within 15 days" in line]
    assert len(dated) == 1
    assert dated[0].startswith("  App, 网站: 2026-06-16: ")


def test_after_silence_the_commands_for_the_question_and_the_next_body_can_be_typed_anywhere(
    tmp_path: Path,
) -> None:
    made, folder = _plan(bank(), (_filed(CHANNELS[0]),), DAY + dt.timedelta(days=20)), tmp_path / "my case"
    lines = [line.strip() for line in plan_lines(made, folder, Home(tmp_path / "home", practice=True))]
    ends = f"--practice --home {tmp_path}/home".replace(str(tmp_path), shlex.quote(str(tmp_path)))
    assert f"complain letter '{folder}' --channel in-app --kind follow-up {ends}" in lines
    assert f"complain letter '{folder}' --channel regulator {ends}" in lines
    assert f"complain letter '{folder}' --kind repayment-plan {ends}" in lines
    assert "监管 (regulator): due now" in " ".join(lines)


# -- the brake of ``--channels all`` --------------------------------------------------------------------------

RULED = {"in-app": Ruling(due=True), "website": Ruling(due=False), "association": Ruling(due=False)}


def test_all_counts_the_channels_that_are_not_due_and_names_the_other_way() -> None:
    rulings = Rulings(RULED)

    assert rulings.brake(["in-app", "website"]).startswith("1 of these channels is not due yet.")
    assert "--channels due" in rulings.brake(RULED)
    assert rulings.warnings({})[0] == rulings.brake(RULED)


def test_nothing_is_counted_when_all_are_due_or_the_person_chose() -> None:
    assert Rulings(RULED).brake(["in-app", "elsewhere"]) == ""
    assert Rulings(RULED, named=True).brake(RULED) == Rulings(RULED, only_due=True).brake(RULED) == ""
