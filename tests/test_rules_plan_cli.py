"""``complain plan`` and ``complain letter`` as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from icalendar import Calendar

from fakes.cli import EXAMPLE, Cli

PLAN = """
lender = "示范小额贷款有限公司"
reason = "2026年8月起收入减少"
income = 4200.00
expenses = 3000.00
available = 1000.00
first = 2026-12-31
count = 10
"""


def test_the_plan_names_each_channel_with_its_reason_and_how_sure_it_is(cli: Cli, tmp_path: Path) -> None:
    shown = cli("plan", EXAMPLE, "--ics", tmp_path / "dates.ics")
    assert shown.exit_code == 0
    for channel in ("in-app", "website", "public-account", "regulator", "association"):
        assert f"({channel}): " in shown.stdout
    assert "not verified on the official site" in shown.stdout
    assert "It does not by itself suspend repayment" in shown.stdout
    assert Calendar.from_ical((tmp_path / "dates.ics").read_bytes()).events


@pytest.mark.parametrize(
    "command", [("plan", "--ics"), ("letter", "--kind", "platform", "--pdf")], ids=["calendar", "letter"]
)
def test_what_is_written_never_replaces_a_file_of_another_kind(
    cli: Cli, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "notes").write_text("mine")
    for target, sentence in (("notes", "is there already"), ("none/notes", "There is no folder")):
        said = cli(command[0], EXAMPLE, *command[1:], tmp_path / target)
        assert (said.exit_code, sentence in said.stderr, "Next: " in said.stderr) == (2, True, True)
    assert (tmp_path / "notes").read_text() == "mine"


def test_an_earlier_calendar_is_replaced_by_the_new_one(cli: Cli, tmp_path: Path) -> None:
    for _time in range(2):
        assert cli("plan", EXAMPLE, "--ics", tmp_path / "dates.ics").exit_code == 0


def test_each_rule_stands_once_and_names_the_channels_it_speaks_of(cli: Cli) -> None:
    lines = cli("plan", EXAMPLE).stdout.splitlines()
    for rule in ("The institution is usually asked first", "App, website and public account of one firm"):
        [place] = [number for number, line in enumerate(lines) if rule in line]
        assert "(Source: " in lines[place]
        assert lines[place + 1].strip().startswith("For: ")
    shared = next(line for line in lines if "App, website and public account of one firm" in line)
    channels = lines[lines.index(shared) + 1]
    assert "网站" in channels
    assert "公众号" in channels
    assert "消费者协会" not in channels


def test_the_numbers_behind_a_channel_are_those_of_its_rules(cli: Cli) -> None:
    import re

    shown = cli("plan", EXAMPLE)
    rulings = {entry["channel"]: entry for entry in cli("plan", EXAMPLE, "--json").json["channels"]}
    rules = dict(re.findall(r"^  (\d+)\. (.+)$", shown.stdout, re.M))
    assert list(rules) == [str(number) for number in range(1, len(rules) + 1)]
    for channel, numbers in re.findall(r"\(([\w-]+)\): .* \(reasons: ([\d, ]+)\)$", shown.stdout, re.M):
        for number in numbers.split(", "):
            assert rules[number] in rulings[channel]["sentences"]


def test_the_plan_says_what_the_four_procedures_are_and_what_becomes_of_the_debt_once(cli: Cli) -> None:
    shown = cli("plan", EXAMPLE).stdout
    for sentence in (
        "Complaint: ",
        "Report of a violation: ",
        "Petition: ",
        "Mediation: ",
        "a lawsuit may follow",
    ):
        assert sentence in shown
    assert shown.count("It does not by itself suspend repayment") == 1
    assert "--kind repayment-plan" in shown


def test_the_plan_as_json_is_one_document(cli: Cli) -> None:
    shown = cli("plan", EXAMPLE, "--json")
    assert next(entry["channel"] for entry in shown.json["channels"] if entry["due"]) == "in-app"
    assert all(entry["sentences"] for entry in shown.json["channels"])
    assert [date["kind"] for date in shown.json["dates"]] == ["proof"]


def test_a_letter_is_printed_and_its_cautions_are_not_in_it(cli: Cli) -> None:
    shown = cli("letter", EXAMPLE, "--channel", "regulator")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("投诉书\n\n致：国家金融监督管理总局")
    assert "what happened no. 6 has no evidence yet" in shown.stderr


def test_a_letter_as_json_tells_the_facts_behind_each_sentence(cli: Cli) -> None:
    document = cli("letter", EXAMPLE, "--channel", "in-app", "--length", "short", "--json").json
    assert document["letter"] == "platform/short"
    counted = next(s for s in document["sentences"] if "频繁来电4项" in s["text"])
    assert set(counted["sources"]) >= {"incidents[2]", "incidents[3]", "incidents[4]", "incidents[5]"}


def test_a_repayment_plan_comes_with_its_warning_and_adds_up(cli: Cli, tmp_path: Path) -> None:
    import shutil

    case = tmp_path / "case"
    shutil.copytree(EXAMPLE, case)
    missing = cli("letter", case, "--kind", "repayment-plan")
    assert (missing.exit_code, "repayment.toml" in missing.stderr) == (2, True)
    (case / "repayment.toml").write_text(PLAN, encoding="utf-8")
    shown = cli("letter", case, "--kind", "repayment-plan")
    assert shown.exit_code == 0
    assert "the limitation period may start anew" in shown.stderr
    assert "合计8,911.72元，与上列显示金额合计一致" in shown.stdout
    (case / "repayment.toml").write_text(PLAN.replace("income =", "incom ="), encoding="utf-8")
    wrong = cli("letter", case, "--kind", "repayment-plan")
    assert wrong.exit_code == 2
    assert "income" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say which letter"),
        (("--channel", "nowhere"), "There is no channel “nowhere”"),
        (("--kind", "poem"), "There is no letter of the kind “poem”"),
        (("--kind", "platform", "--length", "endless"), "has no length “endless”"),
        (("--kind", "withdrawal"), "Nothing has been filed"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_exit_2(
    cli: Cli, arguments: tuple[str, ...], sentence: str
) -> None:
    refused = cli("letter", EXAMPLE, *arguments)
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert refused.stdout == ""


@pytest.mark.browser
def test_a_letter_is_written_as_a_pdf(cli: Cli, tmp_path: Path) -> None:
    done = cli("letter", EXAMPLE, "--channel", "in-app", "--pdf", tmp_path / "letter.pdf")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    assert done.stdout == ""
