"""Which channels there are: plugins load alike, and one broken plugin is one warning."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import click
import pytest

from complain.channels.form import FormChannel
from complain.channels.registry import Registry, load_registry
from complain.environment import Environment, Home
from complain.model import Challenge, Receipt
from fakes.cli import EXAMPLE, Cli

BUILT_IN = {"in-app", "website", "public-account", "regulator", "association"}

FORM = """
[channel]
id = "{id}"
title = "公开工单"
url = "http://127.0.0.1:8601/tickets/submit/"

[[page]]
fields = [ {{ label = "标题", value = "{{{{ complaint.subject }}}}" }} ]

[submit]
button = "提交工单"

[outcome]
success = '工单编号[:：]\\s*(?P<number>[A-Z0-9-]+)'
"""

PLUGIN = """
from complain import Channel, hookimpl

@hookimpl
def complain_register_channels(register):
    register(Channel(id="fax", title="传真", stage=2))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(home=Home(tmp_path / "home"))


def with_folder(environment: Environment, folder: Path, **files: str) -> Registry:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return load_registry(dataclasses.replace(environment, plugin_dirs=(folder,)))


def test_the_five_built_in_channels_are_registered(environment: Environment) -> None:
    registry = load_registry(environment)

    assert set(registry.channels) == BUILT_IN
    assert registry.warnings == []
    assert {origin.kind for origin in registry.origins.values()} == {"built-in"}


def test_every_hook_that_a_built_in_plugin_implements_exists(environment: Environment) -> None:
    load_registry(environment).plugins.check_pending()


def test_a_toml_file_in_a_plugins_folder_is_a_channel(environment: Environment, tmp_path: Path) -> None:
    registry = with_folder(environment, tmp_path / "plugins", helpdesk_toml=FORM.format(id="helpdesk"))

    assert isinstance(registry.channels["helpdesk"], FormChannel)
    assert registry.channels["helpdesk"].title == "公开工单"


def test_a_python_file_in_a_plugins_folder_is_a_plugin(environment: Environment, tmp_path: Path) -> None:
    registry = with_folder(environment, tmp_path / "plugins", fax_py=PLUGIN)

    assert registry.channels["fax"].title == "传真"


def test_a_local_form_replaces_a_shipped_channel_and_says_so(
    environment: Environment, tmp_path: Path
) -> None:
    registry = with_folder(environment, tmp_path / "plugins", website_toml=FORM.format(id="website"))

    assert isinstance(registry.channels["website"], FormChannel)
    assert registry.origins["website"].overrides.startswith("complain-filing")
    assert registry.channels["website"].sheet is not None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("broken_py", "import a_module_that_is_not_there\n", "ModuleNotFoundError"),
        ("broken_py", "def f(:\n", "broken.py:1"),
        ("broken_py", "raise SystemExit(3)\n", "SystemExit"),
        (
            "broken_py",
            PLUGIN.replace("register):", "regsiter):").replace("register(C", "regsiter(C"),
            "regsiter",
        ),
        (
            "broken_py",
            PLUGIN.replace("complain_register_channels", "complain_register_channel"),
            "broken.py:4: complain_register_channel: There is no hook of this name. Did you mean “complain_register_channels”?",
        ),
        ("broken_py", PLUGIN.replace("@hookimpl\n", ""), "The hook is not marked, so it is never called."),
        ("broken_py", PLUGIN.replace("def c", "async def c"), "Write def in place of async def."),
        (
            "broken_py",
            PLUGIN.replace("title=", "titel="),
            "broken.py:6). Look at it with: complain plugin lint",
        ),
        (
            "broken_py",
            PLUGIN.replace('Channel(id="fax", title="传真", stage=2)', "Channel"),
            "register(Channel(…))",
        ),
        ("broken_py", PLUGIN.replace('"fax"', '"../fax"'), "broken.py:6: “../fax” cannot be a channel's id."),
        (
            "broken_py",
            PLUGIN.replace("stage=2", "stage=3"),
            "Channel “fax” has stage “3”. Write one of: 1, 2.",
        ),
        ("broken_py", "from complain import Robot\ncomplain_api_version = 2\n", "made for interface 2"),
        ("broken_py", 'raise RuntimeError("called 13812345678")', "RuntimeError: called 138******78 ("),
        ("broken_toml", "[channel\n", "broken.toml"),
        ("broken_py", PLUGIN.replace('"fax"', '"website"'), "website"),
    ],
)
def test_a_broken_plugin_is_one_warning_and_the_others_still_load(
    environment: Environment, tmp_path: Path, name: str, text: str, words: str
) -> None:
    folder = tmp_path / "plugins"
    files = {name: text, "zz_toml": FORM.format(id="helpdesk")}
    registry = with_folder(environment, folder, **files)

    (warning,) = registry.warnings if "website" not in words else ("website",)
    assert words in warning
    assert "helpdesk" in registry.channels
    assert set(registry.channels) >= BUILT_IN


HOOKS = """
from pathlib import Path

from complain import hookimpl

@hookimpl
def complain_register_templates(register):
    register(Path(__file__).parent)

@hookimpl
def complain_register_commands(cli):
    {wrong} or cli.command("{name}")(lambda: print("{name}"))

@hookimpl
def complain_answer_challenge(challenge):
    return {wrong} or "{name}"

@hookimpl
def complain_receipt_archived(receipt):
    {wrong} or Path(__file__).with_suffix(".told").write_text(receipt.number)
"""


def test_a_plugin_that_fails_in_a_hook_is_one_warning_with_its_name_and_the_others_are_called(
    environment: Environment, tmp_path: Path
) -> None:
    folder = tmp_path / "plugins"
    good, wrong = HOOKS.format(name="good", wrong="0"), HOOKS.format(name="wrong", wrong="1 / 0")
    registry = with_folder(environment, folder, a_py=good, b_py=wrong)  # the last one is asked first
    group = click.Group()
    registry.add_commands(group)
    answer = registry.answer_challenge(Challenge("sms", "desk", "短信验证码"), registry.warnings.append)
    failed = registry.receipt_archived(Receipt("desk", "A-1", dt.datetime.now(dt.UTC)))

    assert set(group.commands) == {"good"}
    assert answer == "good"
    assert (folder / "a.told").read_text(encoding="utf-8") == "A-1"
    assert registry.template_folders() == [folder, folder]
    assert [(*registry.warnings, *failed)] == [
        tuple(
            f"Plugin {folder / 'b.py'} failed in {hook}: ZeroDivisionError ({folder / 'b.py'}:{line})."
            for hook, line in (
                ("complain_register_commands", 12),
                ("complain_answer_challenge", 16),
                ("complain_receipt_archived", 20),
            )
        )
    ]


def test_an_answer_that_is_none_of_the_three_is_told_and_the_next_plugin_is_asked(
    environment: Environment, tmp_path: Path
) -> None:
    good, wrong = HOOKS.format(name="good", wrong="0"), HOOKS.format(name="wrong", wrong="12.5")
    registry = with_folder(environment, tmp_path / "plugins", a_py=good, b_py=wrong)

    said: list[str] = []
    assert registry.answer_challenge(Challenge("sms", "desk", "短信验证码"), said.append) == "good"
    assert "b.py answered a challenge with float" in said[0]


def test_two_files_of_one_folder_with_one_id_are_a_warning(environment: Environment, tmp_path: Path) -> None:
    form = FORM.format(id="helpdesk")
    registry = with_folder(environment, tmp_path / "plugins", a_toml=form, b_toml=form)

    (warning,) = registry.warnings
    assert "b.toml" in warning
    assert "a.toml" in warning


def test_a_channel_for_another_version_of_the_interface_is_told_apart(
    environment: Environment, tmp_path: Path
) -> None:
    form = FORM.format(id="helpdesk").replace('id = "helpdesk"', 'id = "helpdesk"\napi_version = 99')
    registry = with_folder(environment, tmp_path / "plugins", helpdesk_toml=form)

    (warning,) = registry.warnings
    assert "99" in warning
    assert "helpdesk" not in registry.channels


def test_a_missing_plugins_folder_is_a_warning(environment: Environment, tmp_path: Path) -> None:
    registry = load_registry(dataclasses.replace(environment, plugin_dirs=(tmp_path / "nowhere",)))

    assert "nowhere" in registry.warnings[0]


def test_the_configuration_can_name_another_address(environment: Environment, tmp_path: Path) -> None:
    environment.home.path.mkdir()
    environment.home.config.write_text(
        '[channels.helpdesk]\nurl = "http://127.0.0.1:9/x"\n', encoding="utf-8"
    )
    registry = with_folder(environment, tmp_path / "plugins", helpdesk_toml=FORM.format(id="helpdesk"))

    assert registry.channels["helpdesk"].url == "http://127.0.0.1:9/x"


def test_the_configuration_can_put_a_form_in_place_of_a_shipped_channel(environment: Environment) -> None:
    home = environment.home.path
    home.mkdir()
    (home / "mine.toml").write_text(FORM.format(id="regulator"), encoding="utf-8")
    config = f'[channels.regulator]\noverrides = "{home / "mine.toml"}"\n'
    environment.home.config.write_text(config, encoding="utf-8")
    registry = load_registry(environment)

    assert isinstance(registry.channels["regulator"], FormChannel)


def test_a_plugin_that_fails_half_way_keeps_none_of_its_channels(
    environment: Environment, tmp_path: Path
) -> None:
    half = (
        PLUGIN + '    register(Channel(id="telex", title="x"))\n    register(Channel(id="fax", title="y"))\n'
    )
    registry = with_folder(
        environment, tmp_path / "plugins", half_py=half, zz_toml=FORM.format(id="helpdesk")
    )

    (warning,) = registry.warnings
    assert "half.py" in warning
    assert set(registry.channels) == {*BUILT_IN, "helpdesk"}
    assert set(registry.origins) == set(registry.channels)


def test_a_folder_that_is_named_twice_is_read_once(environment: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    with_folder(environment, folder, helpdesk_toml=FORM.format(id="helpdesk"))
    (tmp_path / "again").symlink_to(folder)
    registry = load_registry(
        dataclasses.replace(environment, plugin_dirs=(folder, tmp_path / "again", folder / ".." / "plugins"))
    )

    assert registry.warnings == []
    assert "helpdesk" in registry.channels


def test_a_plugin_that_could_not_be_used_is_named_once_beside_an_unknown_id(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "helpdesk.toml").write_text("[channel\n", encoding="utf-8")
    refused = cli("submit", EXAMPLE, "--channels", "helpdesk", "--plugins-dir", folder, "--practice")

    assert refused.exit_code == 2
    assert refused.said.count("This is not TOML") == 1
    assert f"{folder / 'helpdesk.toml'}:1: " in refused.said


TALKATIVE = """
import click

from complain import hookimpl

print("I am loaded")

@hookimpl
def complain_register_commands(cli):
    @cli.command("hello", help="Say hello.")
    @click.option("--json", is_flag=True)
    def hello(json):
        click.echo("hello, " + ("JSON" if json else "you"))
"""


@pytest.fixture
def talkative(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "talkative.py").write_text(TALKATIVE, encoding="utf-8")
    return folder


def test_what_a_plugin_prints_is_not_in_the_one_document(cli: Cli, talkative: Path) -> None:
    """Red when a print() of a plugin stood before the JSON on stdout."""
    listed = cli("channels", "--plugins-dir", talkative, "--json")

    assert {channel["id"] for channel in listed.json["channels"]} == BUILT_IN
    assert "I am loaded" in listed.stderr


def test_a_command_of_a_plugin_takes_the_shared_options_before_and_after_its_name(
    cli: Cli, talkative: Path
) -> None:
    before = cli("--plugins-dir", talkative, "hello")
    after = cli("hello", "--plugins-dir", talkative, "--practice", "--json")

    assert (before.exit_code, after.exit_code) == (0, 0), after.said
    assert "hello, you" in before.stdout
    assert "hello, JSON" in after.stdout  # an option of its own stays its own
    assert "hello  Say hello." in cli("plugin", "--help", COMPLAIN_PLUGINS_DIR=str(talkative)).stdout


def test_a_command_that_is_missing_with_its_plugin_says_why(cli: Cli, talkative: Path) -> None:
    (talkative / "talkative.py").write_text("import a_module_that_is_not_there\n", encoding="utf-8")
    refused = cli("hello", "--plugins-dir", talkative)

    assert refused.exit_code == 2
    assert "ModuleNotFoundError" in refused.stderr
