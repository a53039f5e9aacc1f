"""A form behind a log-in is looked at in practice as it is filed there; a log-in names one channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cli import Cli
from fakes.fault_desk import FaultDesk

PLUGINS = Path(__file__).parent / "plugins"


@pytest.mark.browser
def test_doctor_logs_in_with_the_practice_account_and_files_nothing(cli: Cli) -> None:
    (examined,) = cli("doctor", "regulator", "--practice", "--json").json["channels"]
    desk = cli("practice", "--received", "--json").json["regulator"]

    assert examined["unseen"] == ["4 further pages are reached only by filling."]
    assert (examined["differs"], examined["unreachable"]) == ([], "")
    assert desk == {"complaints": [], "drafts": 0, "files": 0, "sms": 0}


@pytest.mark.browser
def test_doctor_names_the_line_of_what_differs(cli: Cli, tmp_path: Path) -> None:
    text = (PLUGINS / "good.toml").read_text(encoding="utf-8")
    with FaultDesk() as desk:
        desk.page("/tickets/submit/", "<form method=post><label>您的邮箱 <input></label></form>")
        file = tmp_path / "good.toml"
        file.write_text(text.replace("https://help.example.cn", desk.origin), encoding="utf-8")
        looked = cli("doctor", "good", "--plugins-dir", tmp_path, "--practice")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if 'label = "标题"' in one)

    assert looked.exit_code == 5
    assert f"{file}:{line}: " in looked.stdout
    assert f"The definition is {file}." in looked.stdout


def test_a_log_in_is_for_one_channel_and_all_is_none(cli: Cli) -> None:
    refused = cli("login", "all", "--practice")

    assert refused.exit_code == 2
    assert "There is no channel “all”" in refused.stderr
