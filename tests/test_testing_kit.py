"""Every installed channel stands the kit, by form or by mail; so do the documented example and the good plugin of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from complain.channels.definition import FormDefinition
from complain.channels.form import FormChannel
from complain.testing import Bench, ChannelContract, MailContract, Trap, contracts
from complain.testing.examples import example_of

pytestmark = pytest.mark.browser
PLUGINS = Path(__file__).parent / "plugins"

globals().update(contracts())  # also of third-party distributions, without naming them


class TestGood(ChannelContract):
    definition = PLUGINS / "good.toml"


class TestWithoutNumber(ChannelContract):
    definition = PLUGINS / "without_number.toml"


class TestEveryAction(ChannelContract):
    definition = PLUGINS / "every_action.toml"


def test_every_built_in_channel_is_picked_up_by_itself() -> None:
    forms = {"TestInApp", "TestWebsite", "TestPublicAccount", "TestRegulator"}

    assert set(contracts()) >= {*forms, "TestAssociation"}
    assert {name for name, each in contracts().items() if issubclass(each, MailContract)} == {
        "TestAssociation"
    }


def test_the_kit_notices_when_what_is_typed_is_heard_elsewhere(tmp_path: Path) -> None:
    def widen(definition: FormDefinition) -> FormDefinition:
        channel = definition.channel.model_copy(update={"assets": ("127.0.0.1",)})
        return definition.model_copy(update={"channel": channel})

    with Bench(tmp_path) as bench:
        trial = bench.file(FormChannel(PLUGINS / "good.toml"), Trap.LEAKS, change=widen)

    assert trial.stand_in.elsewhere.requests


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (r"工单编号[:：]\s*(?P<number>[A-Z0-9-]+)", True),
        (r"TS-(?P<number>\d{4}-\d{6})", True),
        (r"[?&]ticket=(?P<number>[A-Z]+-\d+)", True),
        (r"Ticket \[(?P<number>.+?)\]", True),
        (r"(?i)已受理|thank you", False),
    ],
)
def test_a_text_is_made_for_a_pattern(pattern: str, number: bool) -> None:
    text, found = example_of(pattern)

    assert text
    assert (found is not None) is number
