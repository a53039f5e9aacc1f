"""Plugins that are broken on purpose: each is caught, each for its own reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.authoring.lint import lint
from complain.channels.form import FormChannel
from complain.testing import MAIL_CHECKS, Bench, run_check
from complain.testing.subjects import channels_of
from fakes.cli import Cli

PLUGINS = Path(__file__).parent / "plugins"

# file, line, what is wrong, what to do
MISTAKES = [
    ("misspelt_key.toml", 19, "There is no key “buton” here.", "Did you mean “button”?"),
    ("misspelt_placeholder.toml", 14, "“complainant” has no “mail”.", "“complainant.email”"),
    ("misspelt_condition.toml", 12, "“loans” has no “lender_typ”.", "“loans.lender_type”"),
    ("secret_in_page.toml", 14, "A secret may be used only under [login].", "from the case"),
    ("plain_http.toml", 5, "is not encrypted", "https://"),
    ("other_version.toml", 4, "version 99", "Use a version of the tool that reads it"),
    ("over_broad_success.toml", 23, "also matches a page", "only the page of success"),
    ("no_refusal.toml", 22, "No sign of “refusal” is declared", 'Add refusal = ["不予受理"]'),
    ("refusal_on_form.toml", 24, "is also on the form itself", "only the answer shows"),
    ("lets_submission_out.toml", 6, "would let the submission itself out", "Name only the requests"),
    ("cuts_letter.toml", 15, "“slice” is not possible in a value", "A value may read a fact"),
    ("not_toml.toml", 18, "This is not TOML", "docs/form-toml.md"),
    ("misspelt_step.py", 11, "A channel has no step of this name", "“after_fill”"),
    ("wrong_step.py", 11, "The step takes other arguments", "before_next(self, page, number)"),
    ("misspelt_hook.py", 10, "There is no hook of this name", "“complain_register_channels”"),
    ("wrong_argument.py", 10, "The hook has no argument “registry”", "“register”"),
    ("unmarked_hook.py", 10, "The hook is not marked", "@hookimpl"),
    ("two_of_one_id.py", 10, "Two channels have the id “good”", "another id"),
    ("other_interface.py", 10, "made for interface 2", "adapt the plugin"),
    ("newer_interface.py", 10, "made for interface 2", "adapt the plugin"),
    ("async_hook.py", 10, "The hook is asynchronous", "def in place of async def"),
    ("registers_class.py", 12, "The class FormChannel itself was registered", "register(FormChannel(…))"),
    ("reserved_id.py", 12, "“all” cannot be a channel's id", "another id"),
    ("no_templates.py", 17, "letters does not exist", "Path of a folder"),
    ("not_importable.py", 3, "ModuleNotFoundError", "Install what is missing"),
    ("mail_breaks_subject.py", 6, "The subject has a line break", "as one line"),
    ("mail_number_in_subject.py", 6, "The subject names “complainant.id_number”", "Leave it to the letter."),
    ("mail_misspelt_subject.py", 6, "“complaint” has no “subjct”", "“complaint.subject”"),
    ("mail_sends_nothing.py", 6, "The limit “letter” is 0", "Leave it out"),
]

# file, the check that catches it, in which words
FAULTS = [
    ("saves_drafts.toml", "dry-run", "A dry run let these requests out: POST /stand-in/draft."),
    ("any_host.toml", "origins", "reached another origin"),
    (
        "matches_twice.toml",
        "files",
        "matches_twice.toml:13: The form has 2 fields that “.row input” could mean",
    ),
    ("presses_submit.py", "dry-run", "Step “after_fill” of “公开工单” tried to submit"),
    ("presses_submit.py", "files", "The far side holds 0 filings"),
    ("changes_values.py", "files", "nothing was sent"),
    ("raises.py", "files", "raises.py:12"),
    ("invents_receipts.py", "receipt", "“A-1” was given as the receipt"),
    ("mail_takes_any_number.py", "receipt", "“96000123” was read as one. Make number_pattern narrower."),
    ("mail_dashes_for_number.py", "receipt", "“----” was read as one"),
    ("mail_whole_answer.py", "receipt", "none was read: number_pattern is searched in the whole text"),
    ("mail_no_room.py", "files", "Even the shortest letter (association/brief) has"),
]


@pytest.mark.parametrize(("name", "line", "problem", "remedy"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_named_with_its_line_and_the_remedy(
    name: str, line: int, problem: str, remedy: str
) -> None:
    mistakes = [m for m in lint(PLUGINS / name).mistakes if problem in m.problem]

    assert [m.line for m in mistakes[:1]] == [line], lint(PLUGINS / name)
    assert remedy in mistakes[0].remedy
    assert mistakes[0].file.endswith(name)


@pytest.mark.parametrize("name", ["good.toml", "without_number.toml", "every_action.toml", "mail_good.py"])
def test_a_good_definition_has_no_mistake(name: str) -> None:
    assert lint(PLUGINS / name).mistakes == ()


def test_a_file_beside_it_with_the_same_id_is_named(tmp_path: Path) -> None:
    text = (PLUGINS / "good.toml").read_text(encoding="utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (mistake,) = lint(tmp_path / "b.toml").mistakes

    assert (mistake.line, mistake.key) == (3, "channel.id")
    assert "“a.toml”" in mistake.problem


def test_python_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("x = 1\ndef f(:\n", encoding="utf-8")
    (mistake,) = lint(file).mistakes

    assert mistake.line == 2
    assert "not Python" in mistake.problem


def test_the_line_of_a_failed_import_is_named_wherever_the_command_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(PLUGINS)
    (mistake,) = lint(Path("not_importable.py")).mistakes

    assert mistake.line == 3


def test_the_command_ends_with_2_for_mistakes_and_0_without(cli: Cli) -> None:
    bad, good = (cli("plugin", "lint", PLUGINS / name) for name in ("misspelt_key.toml", "good.toml"))

    assert (bad.exit_code, good.exit_code) == (2, 0)
    assert "misspelt_key.toml:19: submit.buton:" in bad.stdout
    assert cli("plugin", "lint", PLUGINS / "absent.toml").exit_code == 2


def test_the_schema_is_printed_for_editors(cli: Cli) -> None:
    assert "channel" in cli("plugin", "schema").json["properties"]


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("broken")) as bench:
        yield bench


@pytest.mark.browser
@pytest.mark.parametrize(("name", "check", "words"), FAULTS, ids=[f"{row[0]}-{row[1]}" for row in FAULTS])
def test_a_fault_is_caught_by_the_check_that_is_made_for_it(
    benches: Bench, name: str, check: str, words: str
) -> None:
    (channel,) = channels_of(str(PLUGINS / name))
    verdict = run_check(check, benches, channel)

    assert verdict.state == "failed"
    assert words in verdict.sentence


def form_of(name: str) -> FormChannel:
    (channel,) = channels_of(str(PLUGINS / name))
    assert isinstance(channel, FormChannel)
    return channel


@pytest.mark.browser
def test_a_plugin_that_presses_submit_reaches_nobody_even_in_a_real_filing(benches: Bench) -> None:
    trial = benches.file(form_of("presses_submit.py"))

    assert trial.stand_in.record.writes == []
    assert trial.report.outcome.value == "not_filed"
    assert "Leave the submit button to the tool" in " ".join(trial.report.warnings)


@pytest.mark.browser
def test_a_cookie_that_a_plugin_prints_is_found(tmp_path: Path) -> None:
    channel = form_of("prints_cookies.py")
    with Bench(tmp_path) as bench:
        bench.file(channel)
        verdict = run_check("secrets", bench, channel)

    assert verdict.sentence == "A secret was printed."


@pytest.mark.browser
def test_the_command_ends_with_5_and_names_each_check_that_failed(cli: Cli) -> None:
    tried = cli("plugin", "test", PLUGINS / "no_refusal.toml", "--json")
    states = {check["check"]: check["state"] for check in tried.json["checks"]}

    assert tried.exit_code == 5
    assert states["lint"] == "failed"
    assert states["refusal"] == "failed"
    assert states["files"] == "passed"


@pytest.mark.browser
def test_the_command_says_every_check_of_a_plugin_by_mail(cli: Cli) -> None:
    assert "Next, type: complain plugin test" in cli("plugin", "lint", PLUGINS / "mail_good.py").stdout
    tried = cli("plugin", "test", PLUGINS / "mail_good.py", "--json")
    live = cli("plugin", "test", "association", "--live", "http://127.0.0.1:9")

    assert [(check["check"], check["state"]) for check in tried.json["checks"]] == [
        (name, "passed") for name in MAIL_CHECKS
    ]
    assert (tried.exit_code, live.exit_code) == (0, 2)
    assert "it is tried on the kit's own mail server" in live.stderr
