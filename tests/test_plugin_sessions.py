"""A form behind a log-in is looked at in practice as it is filed there; a log-in names one channel."""

from __future__ import annotations

import pytest

from fakes.cli import Cli


@pytest.mark.browser
def test_doctor_logs_in_with_the_practice_account_and_files_nothing(cli: Cli) -> None:
    (examined,) = cli("doctor", "regulator", "--practice", "--json").json["channels"]
    desk = cli("practice", "--received", "--json").json["regulator"]

    assert examined["unseen"] == ["4 further pages are reached only by filling."]
    assert (examined["differs"], examined["unreachable"]) == ([], "")
    assert desk == {"complaints": [], "drafts": 0, "files": 0, "sms": 0}


def test_a_log_in_is_for_one_channel_and_all_is_none(cli: Cli) -> None:
    refused = cli("login", "all", "--practice")

    assert refused.exit_code == 2
    assert "There is no channel “all”" in refused.stderr
