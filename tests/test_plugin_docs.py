"""What the pages for channel authors say is run, and they are complete."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from complain.authoring.lint import lint
from complain.authoring.lint_python import STEPS
from complain.channels.form import FormChannel
from complain.channels.handover import KEYS
from complain.channels.plugin_checks import hooks
from complain.testing import CHECKS, MAIL_CHECKS, ChannelContract
from fakes.cli import EXAMPLE, ROOT, Cli
from fakes.fault_desk import Exchange, FaultDesk
from test_plugin_broken import FAULTS, MISTAKES

DOCS = ROOT / "docs"
TUTORIAL = (DOCS / "writing-a-channel.md").read_text(encoding="utf-8")
PROJECT = DOCS / "examples" / "complain-helpdesk"
ADDRESS = "http://127.0.0.1:8601/tickets/submit/"

FORM = """<!doctype html><html><meta charset=utf-8><title>Create Ticket</title><body>
<button type=button>Menu</button><form method=post action=/tickets/submit/ enctype=multipart/form-data>
<p><label for=q>Queue</label> <select id=q name=queue required><option value="">---------</option><option>Billing</option></select></p>
<p><label for=t>Summary of the problem</label> <input id=t name=title required maxlength=200></p>
<p><label for=b>Description of your issue</label> <textarea id=b name=body required></textarea></p>
<p><label for=p>Priority</label> <select id=p name=priority><option>1. Critical</option><option selected>3. Normal</option></select></p>
<p><label for=a>Attach File</label> <input id=a name=attachment type=file></p>
<p><label for=e>Your E-Mail Address</label> <input id=e name=email type=email required></p>
<button type=submit>Submit Ticket</button></form></body></html>"""


@pytest.fixture
def desk() -> Iterator[FaultDesk]:
    def take(exchange: Exchange) -> None:
        exchange.store()
        exchange.redirect(303, "/view/?ticket=bill-1&key=x")

    with FaultDesk() as desk:
        desk.page("/tickets/submit/", FORM)
        desk.on("POST", "/tickets/submit/", take)
        desk.page("/view/", "<p>Thank you</p>")
        yield desk


@pytest.mark.browser
def test_the_tutorial_leads_from_an_address_to_a_filed_ticket(
    cli: Cli, desk: FaultDesk, tmp_path: Path
) -> None:
    commands = re.findall(r"^\$ complain (.+)$", TUTORIAL, re.MULTILINE)
    success = re.search(r"^success = .+$", TUTORIAL, re.MULTILINE)
    folder = tmp_path / "empty"
    folder.mkdir()
    assert success is not None
    for command in commands:
        words = command.replace(ADDRESS, desk.url("/tickets/submit/")).split()
        done = cli(*words, cwd=folder)
        assert done.exit_code == 0, done.said
        if words[1] == "new" and "--package" not in words:
            file = folder / "helpdesk.toml"
            begun = file.read_text(encoding="utf-8")
            assert f"# {success[0]}" in begun
            file.write_text(begun.replace(f"# {success[0]}", success[0]), encoding="utf-8")

    assert len(commands) == 8
    assert len(desk.stored) == 1
    assert (folder / "complain-helpdesk" / "pyproject.toml").is_file()


@pytest.mark.browser
def test_what_is_begun_claims_nothing_that_was_not_seen(cli: Cli, desk: FaultDesk, tmp_path: Path) -> None:
    url = desk.url("/tickets/submit/")
    made = cli("plugin", "new", url, "--id", "mine", "--json", cwd=tmp_path)
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    again = cli("plugin", "new", url, "--id", "mine", cwd=tmp_path)

    assert made.json["mapped"] == [
        "Summary of the problem",
        "Description of your issue",
        "Your E-Mail Address",
    ]
    assert not re.search(r"^verified", text, re.MULTILINE)
    assert '{ label = "Queue", choose = "Billing" },  # check this' in text
    assert '# { label = "Priority", choose = "…" },  # optional; one of: 1. Critical; 3. Normal' in text
    assert 'button = "Submit Ticket"\nrequest = "POST */tickets/submit/"' in text
    assert max(map(len, text.splitlines())) <= 140
    assert desk.writes() == []
    assert again.exit_code == 2  # nothing is ever overwritten


TRACKER = """<!doctype html><html><meta charset=utf-8><title>New Ticket</title><body>
<form action=/search><label>Search: <input name=q></label><button>Search</button></form>
<form action=/login method=post><label>Login <input name=l></label><label>Password <input name=p type=password></label><button>Login</button></form>
<form action=/new method=post><table><tr><th>Summary:<td><input name=summary><tr><th class=required>Priority:<td><select name=priority>
<option>- no selection -<option>low<option>high</select><tr><th>Owner:<td><select name=owner><option>- no selection -</select>
<tr><th>Note:<td><textarea name=note minlength=3 maxlength=4000></textarea></table>
<style>.star { opacity: 0; position: absolute }</style><fieldset><legend>How was it?</legend><fieldset>
<input type=radio class=star name=m id=m1><label for=m1>Bad</label> <input type=radio class=star name=m id=m2><label for=m2>Good</label>
</fieldset></fieldset><fieldset><legend>Anything else?</legend><p>No card numbers.</p><input name=more></fieldset><p>Mail <input name=mail></p>
<button name=act value=preview>Preview</button><button name=act value=create>Create ticket</button></form></body></html>"""


@pytest.mark.browser
def test_a_form_among_others_is_begun_alone_with_its_likely_meanings_marked(
    cli: Cli, desk: FaultDesk, tmp_path: Path
) -> None:
    """As Trac, Roundup and two Django applications stood there, the first time that they were met."""
    desk.page("/new", TRACKER)
    made = cli("plugin", "new", desk.url("/new"), "--id", "mine", cwd=tmp_path)
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    fields = text.split("fields = [\n")[1].split("\n]")[0]

    assert [line.strip() for line in fields.splitlines()] == [
        '{ label = "summary", value = "{{ complaint.subject }}" },  # check this',
        '{ label = "priority", choose = "low" },  # check this: one of: low; high',
        '# { label = "owner", choose = "…" },  # optional',
        '{ label = "note", value = "{{ letter }}" },  # check this',
        '# { label = "how was it?", choose = "…" },  # optional; one of: Bad; Good',
        '# { label = "anything else?", value = "…" },  # optional',
        '{ label = "mail", value = "{{ complainant.email }}" },  # check this',
    ]
    assert 'button = "Create ticket"  # check this\nrequest = "POST */new"' in text
    assert 'letter = { min = 3, max = 4000, count = "utf16" }' in text
    assert "other forms of the page: search; login; password." in made.stdout
    assert "[login]" not in made.stdout


@pytest.mark.browser
def test_a_page_with_a_log_in_is_said_to_be_one(cli: Cli, desk: FaultDesk, tmp_path: Path) -> None:
    desk.page(
        "/login",
        "<form method=post><label>用户名 <input></label><label>密码 <input type=password></label></form>",
    )
    made = cli("plugin", "new", desk.url("/login"), "--id", "mine", cwd=tmp_path)

    assert "[login]" in made.stdout


def test_the_tutorial_names_every_check() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", TUTORIAL, re.MULTILINE) == [*CHECKS, *MAIL_CHECKS]


def test_every_mistake_of_the_tutorials_table_is_met_by_a_test() -> None:
    table = TUTORIAL.split("## What mistakes look like")[1]
    said = re.findall(r"^\| [a-z].+ \| `(.+)` \|$", table, re.MULTILINE)
    known = [*(row[2] for row in MISTAKES), *(row[2] for row in FAULTS)]

    assert len(said) == 8
    for sentence in said:
        assert any(part in sentence or sentence in part for part in known), sentence


def test_every_hook_is_described_with_its_arguments() -> None:
    described = dict(
        re.findall(r"^## `(\w+)\((.*)\)`$", (DOCS / "hooks.md").read_text("utf-8"), re.MULTILINE)
    )
    steps = {name: list(inspect.signature(getattr(FormChannel, name)).parameters)[1:] for name in STEPS}

    assert described == {name: ", ".join(arguments) for name, arguments in {**hooks(), **steps}.items()}


def test_the_example_project_has_no_mistake() -> None:
    assert lint(PROJECT / "src/complain_helpdesk/form.toml").mistakes == ()
    assert len((PROJECT / "tests/test_helpdesk.py").read_text("utf-8").splitlines()) <= 14


@pytest.mark.browser
class TestTheExampleProject(ChannelContract):
    definition = PROJECT / "src/complain_helpdesk/form.toml"


def test_the_documented_class_with_a_live_server_is_a_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = re.findall(r"```python\n([^`]*LiveServer[^`]*)```", TUTORIAL)
    server, plugin = ModuleType("my_server"), ModuleType("complain_helpdesk")
    server.__dict__["running_helpdesk"] = object
    plugin.__file__ = str(PROJECT / "src/complain_helpdesk/__init__.py")
    for module in (server, plugin):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    names: dict[str, type[ChannelContract]] = {}
    exec(source, names)
    contract = names["TestHelpdesk"]

    assert issubclass(contract, ChannelContract)
    assert contract().make_channel().id == "helpdesk"
    assert vars(contract)["live"] is not vars(ChannelContract)["live"]


def test_every_documented_plugin_has_no_mistake_and_is_seen_by_the_type_checkers(tmp_path: Path) -> None:
    """Their copies in tests/documented are checked strictly, with the rest of the tests."""
    shown = [
        source
        for page in (TUTORIAL, (DOCS / "hooks.md").read_text("utf-8"))
        for source in re.findall(r"```python\n(.+?)```", page, re.DOTALL)
        if "@hookimpl" in source
    ]
    copies = {file.read_text(encoding="utf-8"): file for file in (ROOT / "tests/documented").glob("*.py")}
    text = (PROJECT / "src/complain_helpdesk/form.toml").read_text(encoding="utf-8")
    for name in ("helpdesk", "desk"):
        other = text.replace('id = "helpdesk"', f'id = "{name}"')
        (tmp_path / f"{name}.toml").write_text(other, encoding="utf-8")
    (tmp_path / "letters").mkdir()

    assert len(shown) == len(copies) - 1  # __init__.py
    for source in shown:
        file = tmp_path / copies[source].name
        file.write_text(source, encoding="utf-8")
        assert lint(file).mistakes == ()


@pytest.mark.parametrize("module", ["complain", "complain.testing"])
def test_every_public_name_is_described_and_can_be_imported(module: str) -> None:
    part = (DOCS / "hooks.md").read_text("utf-8").split(f"From `{module}`:")[1].split("From `")[0]
    rows = re.findall(r"^\| (`.+?) \|", part, re.MULTILINE)
    described = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    public = import_module(module)

    assert sorted(described) == sorted(public.__all__)
    assert all(getattr(public, name) is not None for name in described)


def test_an_import_of_what_is_internal_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "fax.py"
    source = (ROOT / "tests/documented/every_hook.py").read_text(encoding="utf-8")
    (tmp_path / "letters").mkdir()
    file.write_text(f"from complain.channels.mail import NO_LIMITS\n{source}", encoding="utf-8")

    assert f"{file}:1: “complain.channels.mail” is internal" in lint(file).notes[0]


def test_a_package_is_looked_at_with_its_own_modules(tmp_path: Path) -> None:
    package = tmp_path / "complain_fax"
    package.mkdir()
    (package / "_words.py").write_text('TITLE = "传真"\n', encoding="utf-8")
    (package / "__init__.py").write_text(
        "from complain import Channel, hookimpl\nfrom ._words import TITLE\n\n\n@hookimpl\n"
        "def complain_register_channels(register):\n    register(Channel(id='fax', title=TITLE))\n",
        encoding="utf-8",
    )

    assert lint(package / "__init__.py").mistakes == ()


def test_every_key_of_a_handover_sheet_is_described_and_its_example_is_a_channel(tmp_path: Path) -> None:
    page = (DOCS / "handover-toml.md").read_text(encoding="utf-8")
    described = {
        table: [
            name
            for row in re.findall(r"^\| (`.+?) \|", rest, re.MULTILINE)
            for name in re.findall(r"`(\w+)`", row)
        ]
        for table, rest in re.findall(r"^## \[+(\w+)\]+\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    }
    sheet = tmp_path / "handover.toml"
    sheet.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")

    assert {table: sorted(names) for table, names in described.items()} == {
        table: sorted(keys) for table, keys in KEYS.items()
    }
    assert (lint(sheet).mistakes, lint(sheet).channels) == ((), ("city-hotline",))


def test_a_handover_sheet_in_a_plugins_folder_is_a_channel_without_any_python(
    cli: Cli, tmp_path: Path
) -> None:
    """Red when it was taken for a form without an address, and was so beside a plugin that uses it."""
    page = (DOCS / "handover-toml.md").read_text(encoding="utf-8")
    sheet = tmp_path / "handover.toml"
    sheet.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    listed = cli("channels", "--plugins-dir", tmp_path, "--json").json
    tried = cli("plugin", "test", sheet)
    wrong = tmp_path / "wrong" / "handover.toml"
    wrong.parent.mkdir()
    wrong.write_text(sheet.read_text(encoding="utf-8").replace("where =", "wher ="), encoding="utf-8")
    source = "from pathlib import Path\nfrom complain import Channel, hookimpl\n\n\n@hookimpl\ndef complain_register_channels(register):\n"
    (tmp_path / "hotline.py").write_text(
        source + '    register(Channel.from_sheet(Path(__file__).with_name("handover.toml")))\n',
        encoding="utf-8",
    )
    beside = cli("channels", "--plugins-dir", tmp_path, "--json").json

    for answer in (listed, beside):
        assert answer["warnings"] == []
        assert [each["kind"] for each in answer["channels"] if each["id"] == "city-hotline"] == ["hand-over"]
    assert "Next: complain submit CASE --channels city-hotline --dry-run" in tried.stderr
    assert (
        f"✗ {wrong}:8: channel.wher: There is no key “wher” here. Did you mean “where”?"
        in cli("plugin", "lint", wrong).stdout
    )
    assert "--channels city-hotline --dry-run" in cli("plugin", "lint", tmp_path / "hotline.py").stdout
    practised = cli("submit", EXAMPLE, "--plugins-dir", tmp_path, "--channels", "city-hotline", "--practice")
    assert "has no form, and nothing to practise on" in practised.stderr
