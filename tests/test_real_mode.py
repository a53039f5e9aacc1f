"""Outside practice: the documented form works unchanged, and nothing is filed that was not signed as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.cli import Cli, Result, copy_example
from fakes.helpdesk import Helpdesk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("real-mode")]


@pytest.fixture
def desk() -> Iterator[Helpdesk]:
    with Helpdesk() as opened:
        yield opened


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "案件 一")


@pytest.fixture
def plugins(tmp_path: Path, desk: Helpdesk) -> Path:
    folder = tmp_path / "插件 目录"
    folder.mkdir()
    (folder / "helpdesk.toml").write_text(desk.toml, encoding="utf-8")
    return folder


def sign(cli: Cli, case: Path) -> None:
    signed = cli("sign", case, stdin="属实\n")
    assert signed.exit_code == 0, signed.said


def submit(cli: Cli, case: Path, plugins: Path, *more: str) -> Result:
    return cli("submit", case, "--channels", "helpdesk", "--plugins-dir", plugins, "--json", *more)


def test_the_documented_form_files_one_ticket_with_every_value_right(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    sign(cli, case)
    result = submit(cli, case, plugins, "--yes")
    (filing,) = result.json["filings"]
    (ticket,) = desk.tickets

    assert (filing["outcome"], filing["receipt"]["number"], result.exit_code) == ("filed", "HD-0001", 0), (
        result.said
    )
    assert ticket["queue"] == ["投诉".encode()]
    assert ticket["submitter_email"] == [b"zhangshili@example.com"]
    assert ticket["agree"] == [b"yes"]
    letter = Path(filing["receipt"]["path"]) / "data/letter.txt"
    assert ticket["body"][0].decode().replace("\r\n", "\n") == letter.read_text(encoding="utf-8")
    assert len(letter.read_text(encoding="utf-8")) <= 1000
    sent = sorted(path.read_bytes() for path in (letter.parent / "attachments").iterdir())
    assert sorted(ticket["attachment"]) == sent


def test_an_unsigned_case_is_not_filed_and_nothing_is_started(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    refused = submit(cli, case, plugins, "--yes")

    assert (refused.exit_code, refused.json["filings"], desk.gets) == (2, [], 0)
    assert "complain sign" in refused.json["error"]["next"]


def test_a_change_after_signing_voids_the_signature(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    sign(cli, case)
    file = case / "case.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("22:47", "22:48"), encoding="utf-8")
    refused = submit(cli, case, plugins, "--yes")
    unattended = submit(cli, case, plugins)

    assert (refused.exit_code, unattended.exit_code, desk.tickets) == (2, 2, [])


def test_any_other_word_than_the_one_signs_nothing(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    unsigned = cli("sign", case, stdin="是\n")

    assert unsigned.exit_code == 2
    assert submit(cli, case, plugins, "--yes").exit_code == 2
    assert desk.tickets == []


def test_without_a_terminal_and_without_yes_it_prepares_and_sends_nothing(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    sign(cli, case)
    result = submit(cli, case, plugins)

    assert (result.outcomes, result.exit_code) == ({"helpdesk": "needs_human"}, 3)
    assert Path(result.json["filings"][0]["preview"]).is_file()
    assert desk.tickets == []


def test_a_dry_run_needs_no_signature_and_sends_nothing(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    result = submit(cli, case, plugins, "--dry-run")

    assert (result.outcomes, result.exit_code, desk.tickets) == ({"helpdesk": "prepared"}, 0, []), result.said


def test_a_page_of_success_without_a_number_is_filed_unverified(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    form = (plugins / "helpdesk.toml").read_text(encoding="utf-8")
    loose = form.replace(
        "'工单编号[:：]\\s*(?P<number>[A-Z0-9-]+)'", "'已收到您的投诉(?:，编号(?P<number>\\d+))?'"
    )
    assert loose != form
    (plugins / "helpdesk.toml").write_text(loose, encoding="utf-8")
    desk.answer = "<p>已收到您的投诉。流水 123456789</p>"
    sign(cli, case)
    result = submit(cli, case, plugins, "--yes")
    (filing,) = result.json["filings"]

    assert (filing["outcome"], filing["receipt"]["number"], result.exit_code) == ("filed_unverified", None, 0)


def test_a_refusal_is_told_in_the_desks_words_and_not_tried_again_unchanged(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    desk.answer = "<p>您的投诉不予受理：材料不全</p>"
    sign(cli, case)
    result = submit(cli, case, plugins, "--yes")
    again = submit(cli, case, plugins, "--yes")
    retried = submit(cli, case, plugins, "--yes", "--retry", "helpdesk")

    (filing,) = result.json["filings"]
    assert (filing["outcome"], result.exit_code) == ("refused", 5), result.said
    assert "不予受理" in filing["reason"]
    assert again.outcomes == {"helpdesk": "skipped"}
    assert retried.outcomes == {"helpdesk": "refused"}
    assert len(desk.tickets) == 2
    # Red while a pack was made only of what had to stop before the submit.
    pack = next(cli.home.glob("packs/*/helpdesk/index.html"))
    assert "您的投诉不予受理：材料不全" in pack.read_text(encoding="utf-8")
    told = cli("status", case, "--plugins-dir", plugins).stdout
    assert str(pack) in told
    assert "--retry helpdesk" in told


def test_a_challenge_after_the_submit_leaves_a_pack_and_an_unknown_leaves_none(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    desk.answer = "<p>请输入验证码</p>"
    sign(cli, case)
    challenged = submit(cli, case, plugins, "--yes")

    assert (challenged.outcomes, challenged.exit_code) == ({"helpdesk": "needs_human"}, 3), challenged.said
    pack = next(cli.home.glob("packs/*/helpdesk/index.html"))
    assert "请输入验证码" in pack.read_text(encoding="utf-8")

    desk.answer = "<p>系统繁忙</p>"
    (cli.home / "config.toml").write_text("[browser]\nsettle = 4\n", encoding="utf-8")
    unknown = submit(cli, case, plugins, "--yes")
    assert unknown.outcomes == {"helpdesk": "unknown"}
    assert str(pack) not in unknown.said + cli("status", case, "--plugins-dir", plugins).stdout


def test_a_page_that_says_nothing_declared_is_unknown_and_never_sent_again(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text("[browser]\nsettle = 8\n", encoding="utf-8")
    desk.answer = "<p>系统繁忙</p>"
    sign(cli, case)
    first = submit(cli, case, plugins, "--yes")
    second = submit(cli, case, plugins, "--yes")

    assert (first.outcomes, first.exit_code) == ({"helpdesk": "unknown"}, 4), first.said
    assert (second.outcomes, second.exit_code) == ({"helpdesk": "unknown"}, 4)
    assert len(desk.tickets) == 1


def test_a_form_that_changed_is_not_filed_and_the_field_is_named(
    cli: Cli, case: Path, plugins: Path, desk: Helpdesk
) -> None:
    form = plugins / "helpdesk.toml"
    form.write_text(form.read_text(encoding="utf-8").replace('"标题"', '"主题名称"'), encoding="utf-8")
    sign(cli, case)
    result = submit(cli, case, plugins, "--yes")
    (filing,) = result.json["filings"]

    assert (filing["outcome"], result.exit_code, desk.tickets) == ("not_filed", 5, [])
    assert "主题名称" in filing["reason"]


def test_an_unknown_channel_is_one_sentence_and_exit_two(cli: Cli, case: Path, plugins: Path) -> None:
    result = cli("submit", case, "--channels", "helpdisk", "--plugins-dir", plugins, "--yes")

    assert result.exit_code == 2
    assert "helpdesk" in result.stderr


def test_hand_over_channels_leave_a_pack_and_a_task(cli: Cli, case: Path) -> None:
    sign(cli, case)
    result = cli("submit", case, "--channels", "regulator", "--yes", "--json")
    (filing,) = result.json["filings"]

    assert (filing["outcome"], result.exit_code) == ("needs_human", 3), result.said
    assert (cli.home / "packs/example-basic/regulator/index.html").is_file()
