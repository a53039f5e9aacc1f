"""What the kit believes of a far side, and what it must not stumble over: judged without a browser."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from complain.authoring.begin import Form
from complain.authoring.form_text import beginning
from complain.authoring.lint import lint
from complain.authoring.new import Wanted, begin_channel
from complain.browser.recognise import Seen, Verdict
from complain.channels.form import FormChannel
from complain.channels.registry import load_registry
from complain.environment import Environment, Home
from complain.errors import UsageError
from complain.model import Draft
from complain.testing import Bench, ChannelContract, LiveServer, StandIn, Trap, run_check
from complain.testing.record import Arrived, row_of
from complain.testing.relay import Relay
from complain.testing.stand_in_pages import CannotStandIn
from complain.testing.subjects import HasNoForm, channels_of
from complain.testing.trial import at_stand_in
from fakes.cli import ROOT

GOOD = (Path(__file__).parent / "plugins" / "good.toml").read_text(encoding="utf-8")
LIVE = LiveServer("http://127.0.0.1:8601")
LOGIN = """
[login]
url = "https://help.example.cn/login"
button = "登录"
done = "退出"
fields = [{ label = "用户名", value = "{{ secret('user') }}" }]
"""


def channel(folder: Path, change: Callable[[str], str] = lambda same: same) -> FormChannel:
    file = folder / "mine.toml"
    file.write_text(change(GOOD), encoding="utf-8")
    return FormChannel(file)


def moved(folder: Path, origin: str, change: Callable[[str], str] = lambda same: same) -> FormChannel:
    (folder / "moved").mkdir()
    return at_stand_in(channel(folder, change), origin, folder / "moved")


@pytest.mark.parametrize(
    "sign",
    [
        r"'https://help\.example\.cn/done\?(?P<number>\d+)'",
        r'"https://help\\.example\\.cn/done\\?(?P<number>\\d+)"',
        r"'https?://help\.example\.cn/done\?(?P<number>\d+)'",
    ],
)
def test_a_sign_in_the_address_of_success_moves_with_the_form(tmp_path: Path, sign: str) -> None:
    """Red when the stand-in's page of success had an address that the definition did not know."""
    lines = [line for line in GOOD.splitlines() if not line.startswith("success")]
    text = "\n".join(lines).replace("[outcome]", f"[outcome]\nsuccess = {{ url = {sign} }}")
    url = moved(tmp_path, "http://127.0.0.1:8602", lambda _good: text).definition.outcome.success.url

    assert url is not None
    assert "help" not in url
    assert url.startswith(("http://127.0.0.1:8602/", "https?://127.0.0.1:8602/"))


def test_a_form_that_files_by_deleting_is_not_drawn(tmp_path: Path) -> None:
    with StandIn() as far_side:
        deletes = moved(tmp_path, far_side.origin, lambda good: good.replace('"POST */', '"DELETE */'))
        with pytest.raises(CannotStandIn, match="DELETE"):
            far_side.furnish(deletes.definition, Draft("good", "信"))


def test_a_log_in_at_a_live_server_is_neither_a_filing_nor_a_leak(tmp_path: Path) -> None:
    """Red when the first write to the server counted as the filing: the log-in was cut in its place."""

    def change(good: str) -> str:
        allowed = good.replace("verified", 'allow = ["POST */look-up"]\nverified')
        return "\n".join(line for line in allowed.splitlines() if not line.startswith("request")) + LOGIN

    with Relay(LIVE, Trap.CUT, "x") as relay:
        relay.serve(moved(tmp_path, relay.origin, change))
        sent = [
            Arrived("POST", path) for path in ("/login", "/look-up", "/stand-in/draft", "/tickets/submit/")
        ]
        relay.record.requests.extend(sent)

        assert [relay.is_submission(one.method, one.path) for one in sent] == [False, False, True, True]
        assert relay.undeclared_writes == sent[2:]


def test_what_a_live_server_holds_may_come_in_any_order() -> None:
    held = ["T-2", "T-1"]
    with Relay(LiveServer(LIVE.origin, filings=lambda: held), Trap.NONE, "x") as relay:
        held.insert(0, "T-3")

        assert (relay.stored, relay.new) == (1, ("T-3",))


def test_the_letter_is_found_in_a_body_of_json_too() -> None:
    inner = json.dumps({"content": "本人\r\n反映"}, ensure_ascii=False)
    body = json.dumps({"form": {"title": "投诉", "pictures": ["a", "b"], "data": inner}, "n": 1}).encode()
    row = row_of("application/json; charset=utf-8", body)

    assert row.values == {"title": ["投诉"], "pictures": ["a", "b"], "content": ["本人\n反映"]}
    assert row_of("application/json", b"no json").values == {}


def test_a_contract_for_a_channel_that_is_not_there_fails() -> None:
    """Red when it was skipped: a misspelt id proved thirteen things."""

    class Misspelt(ChannelContract):
        channel = "websiet"

    with pytest.raises(UsageError, match="websiet") as caught:
        Misspelt().make_channel()
    assert not isinstance(caught.value, HasNoForm)
    with pytest.raises(HasNoForm):
        channels_of(str(ROOT / "plugins/complain_association/handover.toml"))


def test_a_plugin_may_define_a_dataclass(tmp_path: Path) -> None:
    """Red when its module could not be looked up: dataclasses do that for annotations that are text."""
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    file = tmp_path / "mine.py"
    file.write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "from pathlib import Path\n"
        "from complain import FormChannel, hookimpl\n\n\n"
        "@dataclass\nclass Seen:\n    number: str\n\n\n"
        "@hookimpl\ndef complain_register_channels(register):\n"
        "    register(FormChannel(Path(__file__).with_name('good.toml')))\n",
        encoding="utf-8",
    )

    registry = load_registry(Environment(Home(tmp_path / "home"), plugin_dirs=(tmp_path,)))

    assert lint(file).mistakes == ()
    assert "good" in registry.channels, registry.warnings


def test_a_long_choice_is_cut_in_what_is_said_about_it_only() -> None:
    """Red when the line was cut inside its own table: the file was no TOML any more."""
    options = ("很长的选项" * 20, "其他")
    found: Any = SimpleNamespace(kind="select", shown_name="问题类型" * 10, options=options, required=True)
    around: Any = SimpleNamespace(
        ident="kind", value="", names=[], hints=[], starred=False, type="select", unit=[], readonly=False
    )
    verdict = Verdict(Seen(found, around), None)
    sighting: Any = SimpleNamespace(
        **{"verdicts": (verdict,), "title": "表", "url": LIVE.origin, "assets": (), "buttons": ()},
        **{"form": Form(-1, "", "", ["提交"]), "language": "zh", "has_login": False, "others": ()},
    )
    begun = beginning(sighting, "mine")
    (page,) = tomllib.loads(begun.text)["page"]

    assert page["fields"] == [{"label": "问题类型" * 10, "choose": options[0]}]


@pytest.mark.parametrize(
    "url", ["http://[::1", "https://example.cn:99999/", "ftp://example.cn/", "example.cn"]
)
def test_what_is_no_address_is_said_in_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not an address"):
        begin_channel(Wanted(url), Environment(Home(tmp_path)))


def test_a_short_secret_is_not_looked_for(tmp_path: Path) -> None:
    """Red for a user “admin”, whose name stands in any address."""
    live = LiveServer(
        LIVE.origin, secrets={"desk.user": "admin", "desk.empty": "", "desk.password": "geheim-9"}
    )
    with Bench(tmp_path, live=live) as bench:
        (tmp_path / "page.html").write_text("/admin/", encoding="utf-8")
        bench.said.append("admin")
        assert run_check("secrets", bench, channel(tmp_path)).state == "passed"
        bench.said.append("geheim-9")
        assert run_check("secrets", bench, channel(tmp_path)).state == "failed"
