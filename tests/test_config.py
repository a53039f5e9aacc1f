"""The configuration: every key documented, every mistake named with its line and the nearest known key."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from complain.config import ChannelTable, Config, load_config
from complain.errors import ConfigMistakes
from fakes.cli import ROOT, Cli

EXAMPLE = ROOT / "config.example.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_holds_every_key_with_its_default() -> None:
    loaded = load_config(EXAMPLE)

    assert loaded == Config(channels={"association": ChannelTable()})
    text = EXAMPLE.read_text(encoding="utf-8")
    for table in (
        type(loaded.browser),
        type(loaded.plugins),
        type(loaded.mail),
        type(loaded.archive),
        ChannelTable,
    ):
        for field in dataclasses.fields(table):
            assert f"\n{field.name} = " in text, (
                f"{table.__name__}.{field.name} is not in config.example.toml"
            )


def test_no_file_is_the_default_configuration(tmp_path: Path) -> None:
    assert load_config(tmp_path / "config.toml") == Config()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[browser]\nsandbx = "on"\n', (2, "browser.sandbx", "sandbox")),
        ("[brwser]\n", (1, "brwser", "browser")),
        ('[channels.website]\nadress = "x"\n', (2, "channels.website.adress", "address")),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_one(
    tmp_path: Path, text: str, expected: tuple[int, str, str]
) -> None:
    with pytest.raises(ConfigMistakes) as raised:
        load_config(written(tmp_path, text))

    (mistake,) = raised.value.mistakes
    assert (mistake.line, mistake.key) == expected[:2]
    assert expected[2] in mistake.remedy


def test_all_unknown_keys_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistakes) as raised:
        load_config(written(tmp_path, "[mail]\nhots = 1\n[browser]\nbath = 2\n"))

    assert [mistake.key for mistake in raised.value.mistakes] == ["browser.bath", "mail.hots"]


def test_a_value_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistakes) as raised:
        load_config(written(tmp_path, '[mail]\nhost = "smtp.example"\nport = "many"\n'))

    (mistake,) = raised.value.mistakes
    assert (mistake.line, mistake.key) == (3, "mail.port")


def test_a_file_that_is_not_toml_is_one_sentence_and_exit_two(cli: Cli) -> None:
    cli.home.mkdir()
    written(cli.home, "[browser\n")
    result = cli("channels")

    assert result.exit_code == 2
    assert "config.toml:1" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_mistake_in_it_says_the_command_to_type_next_and_of_which_case_it_was_asked(cli: Cli) -> None:
    cli.home.mkdir()
    written(cli.home, "[browsr]\n")
    told = cli("plan", "examples/basic", "--json").json

    assert (told["case"], told["filings"], told["exit_code"]) == ("example-basic", [], 2)
    assert told["error"]["next"] == "complain channels"
