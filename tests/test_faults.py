"""Every fault of a far side, met by the real command line in one run; what the far side stored is the oracle.

Seen red when it was broken on purpose: see the tests' own words.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from fakes import faults
from fakes.cli import EXAMPLE, Cli, Result
from fakes.fault_channels import FAULTS, FaultHouse, Trial, fault_house, one_of_each
from fakes.fault_desk import TestAuthority
from fakes.tool import trusting_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]

SETTLE = "[browser]\nsettle = 6.0\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory, authority: TestAuthority) -> Cli:
    home = tmp_path_factory.mktemp("faults")
    browser = f'path = "{trusting_browser(home, authority)}"\n'
    (home / "config.toml").write_text(SETTLE + browser, encoding="utf-8")
    return Cli(home)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, authority: TestAuthority) -> Generator[FaultHouse]:
    """Every fault once; the forms that meet them take turns, plain and over TLS."""
    with fault_house(tmp_path_factory.mktemp("channels"), one_of_each(), authority) as standing:
        yield standing


def submit(cli: Cli, house: FaultHouse) -> Result:
    named = ",".join(house.trials)
    arguments = ("submit", EXAMPLE, "--channels", named, "--yes", "--json", "--plugins-dir", house.plugins)
    return cli(*arguments, timeout=800)


@pytest.fixture(scope="module")
def filed(cli: Cli, house: FaultHouse) -> Result:
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    return submit(cli, house)


@pytest.fixture(scope="module")
def stored(filed: Result, house: FaultHouse) -> dict[str, int]:
    return {name: trial.stored for name, trial in house.trials.items()}


@pytest.fixture(scope="module")
def again(cli: Cli, stored: dict[str, int], house: FaultHouse) -> Result:
    return submit(cli, house)


def filing(result: Result, name: str) -> Any:
    return next(one for one in result.json["filings"] if one["channel"] == name)


@pytest.fixture(params=sorted(FAULTS))
def trial(request: pytest.FixtureRequest, house: FaultHouse) -> Trial:
    return next(one for name, one in house.trials.items() if name.partition("--")[0] == request.param)


def test_the_far_side_stores_at_most_once(trial: Trial, stored: dict[str, int]) -> None:
    """Red for ``reset``, ``fin`` and ``408`` when the gate let every connection pass and closed none at the commit,
    and for ``two-clicks`` when the guard let a second matching request go.
    """
    assert stored[trial.name] <= 1


def test_no_outcome_is_more_certain_than_the_truth(
    trial: Trial, filed: Result, stored: dict[str, int]
) -> None:
    """Red for ``duplicate`` when it was judged as a refusal, for ``code-challenged`` when a used-up code was not
    counted, for ``303-foreign`` when a timeout was ``not_filed``.
    """
    one = filing(filed, trial.name)
    receipt: dict[str, str | None] = one["receipt"] or {}
    number = receipt.get("number")

    assert trial.dishonesty(one["outcome"], number) == ""
    assert one["outcome"] in trial.fault.outcomes, one


def test_running_again_sends_nothing_that_may_have_arrived(
    trial: Trial, stored: dict[str, int], filed: Result, again: Result
) -> None:
    """Red for ``reset`` when ``UNKNOWN`` was made reopenable."""
    assert trial.stored <= 1
    if filing(filed, trial.name)["outcome"] in ("unknown", "filed"):
        assert trial.stored == stored[trial.name]
        assert filing(again, trial.name)["outcome"] in ("unknown", "skipped")


def test_nothing_ever_reaches_an_origin_that_the_channel_does_not_name(
    house: FaultHouse, again: Result
) -> None:
    foreign = {id(trial.foreign): trial.foreign for trial in house.trials.values()}.values()

    assert [desk.received for desk in foreign] == [[], []]


def test_unknown_outcomes_make_the_exit_code_four_in_both_runs(filed: Result, again: Result) -> None:
    assert (filed.exit_code, again.exit_code) == (4, 4)


@pytest.mark.parametrize("fault", ["asks-twice", "asks-in-vain"])
def test_a_second_question_that_could_not_be_answered_is_named_in_the_reason(
    filed: Result, fault: str
) -> None:
    """Red when what ``confirm_dialog`` raised was dropped: the reason was that nothing left, and not why."""
    assert "“确定”" in filing(filed, fault)["reason"]


def test_every_commit_has_a_bag_and_every_receipt_is_in_it(cli: Cli, filed: Result, again: Result) -> None:
    archive = cli.home / "archive" / "example-basic"
    committed = {"filed", "unknown", "refused"}
    for one in filed.json["filings"]:
        bag = archive / one["channel"] / "1"
        if one["outcome"] in committed or one["reason"] == "challenged":
            assert bag.is_dir(), one
        if one["outcome"] == "filed":
            assert faults.NUMBER in (bag / "data" / "receipt.json").read_text(encoding="utf-8")
    assert cli("receipts", "verify").exit_code == 0


def test_the_submitted_text_is_the_letter_in_full(cli: Cli, house: FaultHouse, filed: Result) -> None:
    from urllib.parse import parse_qs

    run = Path(next((cli.home / "runs").glob("*/none/letter.txt")))
    (request,) = house.trials["none"].desk.stored

    sent = parse_qs(request.body.decode())["text"][0].replace("\r\n", "\n")
    assert sent == run.read_text(encoding="utf-8")
