"""``complain init``, ``check`` and ``sign`` as they are typed."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from complain.cli.main import run
from fakes.cli import Cli, copy_example

EXAMPLE = Path(__file__).parent.parent / "examples" / "basic"


@dataclass(frozen=True)
class Ran:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


Typed = Callable[..., Ran]


@pytest.fixture
def complain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.setenv("COMPLAIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def type_command(*args: str | Path, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return type_command


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "matter"))


def edit(case: Path, old: str, new: str) -> None:
    text = (case / "case.toml").read_text(encoding="utf-8")
    assert old in text
    (case / "case.toml").write_text(text.replace(old, new, 1), encoding="utf-8")


# -- check --------------------------------------------------------------------------------------------------


def test_check_says_of_every_channel_whether_something_is_missing(complain: Typed, case: Path) -> None:
    ran = complain("check", case, "--json")

    assert ran.code == 0
    assert ran.json["case"] == "example-basic"
    assert ran.json["mistakes"] == []
    assert ran.json["exit_code"] == 0
    assert {"in-app", "website", "public-account", "regulator", "association"} <= set(ran.json["channels"])


def test_check_names_what_a_channel_needs_and_the_case_lacks(
    complain: Typed, case: Path, tmp_path: Path
) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "office.toml").write_text(
        """
[channel]
id = "office"
title = "办事窗口"
url = "http://127.0.0.1:9/form"

[limits]
letter = { max = 1000 }

[[page]]
fields = [
  { label = "身份证号", value = "{{ complainant.id_number }}" },
  { label = "地址", value = "{{ complainant.address }}" },
  { label = "内容", value = "{{ letter }}" },
]

[submit]
button = "提交"

[outcome]
success = '编号[:：](?P<number>[0-9]+)'
""",
        encoding="utf-8",
    )
    edit(case, 'id_number = "110101190001010014"', "")
    edit(case, 'address = "示例市示范区样例路1号"', "")
    ran = complain("check", case, "--plugins-dir", plugins, "--json")
    assert set(ran.json["channels"]["office"]) == {"complainant.id_number", "complainant.address"}

    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "secrets.json").write_text('{"names": ["complainant.id_number"]}', encoding="utf-8")
    ran = complain("check", case, "--plugins-dir", plugins)
    assert "办事窗口: missing: your postal address." in ran.out


def test_check_names_three_mistakes_at_once_and_exits_2(complain: Typed, case: Path) -> None:
    edit(case, "138-0000-0000", "98765")
    edit(case, "2026-08-15", "2999-08-15")
    edit(case, "02-sms.jpg", "gone.jpg")
    told, document = complain("check", case), complain("check", case, "--json")

    assert told.code == document.code == 2
    for key in ("complainant.phone", "loans[1].overdue_since", "evidence[2].file"):
        assert key in told.out
    assert [mistake["key"] for mistake in document.json["mistakes"]] == [
        "complainant.phone",
        "loans[1].overdue_since",
        "evidence[2].file",
    ]
    assert document.json["channels"] == {} and document.json["exit_code"] == 2
    assert "98765" not in told.out + told.err


def test_check_without_a_case_says_how_to_begin(complain: Typed, tmp_path: Path) -> None:
    ran = complain("check", tmp_path)

    assert ran.code == 2
    assert "complain init" in ran.err
    assert f"complain init {tmp_path} --example" in ran.err


def test_check_says_how_evidence_is_added_when_there_is_none(complain: Typed, case: Path) -> None:
    text = (case / "case.toml").read_text(encoding="utf-8")
    rows = text[: text.index("[[evidence]]")].splitlines()
    bare = "\n".join(row for row in rows if not row.startswith("evidence = "))
    (case / "case.toml").write_text(bare, encoding="utf-8")

    ran = complain("check", case)

    assert ran.code == 0
    assert f"complain evidence add --case {case} FILE\n" in ran.out


def test_check_points_at_what_could_be_read_against_the_person(complain: Typed, case: Path) -> None:
    edit(case, "at = 2026-10-12 22:47:00", "at = 2026-10-12 14:47:00")

    assert "Incident 1: it is called a contact at night" in complain("check", case).out


# -- sign ---------------------------------------------------------------------------------------------------


def test_check_warns_of_words_of_the_persons_own_that_harm_with_the_reason(
    complain: Typed, case: Path
) -> None:
    assert "Insults draw the reader to the tone" not in complain("check", case).out
    edit(case, "本人因收入减少", "他们是骗子，我要停息挂账。本人因收入减少")
    shown = complain("check", case)
    assert shown.code == 0
    assert "“骗子”: Insults draw the reader to the tone" in shown.out
    assert "“停息挂账”: Institutions use these words" in shown.out
    assert any("停息挂账" in warning for warning in complain("check", case, "--json").json["warnings"])


def test_sign_shows_facts_letters_and_the_statement_and_keeps_the_hash(
    complain: Typed, case: Path, tmp_path: Path
) -> None:
    ran = complain("sign", case, stdin="属实\n")

    assert ran.code == 0
    assert "张示例" in ran.out and "投诉书" in ran.out and "I have checked every item" in ran.err
    assert (tmp_path / "home" / "signatures" / "example-basic.json").is_file()


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "yes\n", "属实。\n", "不属实\n"])
def test_anything_but_the_word_signs_nothing(complain: Typed, case: Path, tmp_path: Path, typed: str) -> None:
    ran = complain("sign", case, stdin=typed)

    assert ran.code == 2
    assert not (tmp_path / "home" / "signatures").exists()


def test_a_closed_input_signs_nothing_and_is_no_fault_of_the_tool(cli: Cli, case: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"{shlex.join(cli.command('sign', case))} <&-"],
        env=cli.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "AttributeError" in done.stderr) == (2, False), done.stderr


def test_an_error_without_a_command_of_its_own_names_the_help_of_the_command(complain: Typed) -> None:
    ran = complain("secret", "set", "no good name", "--json", stdin="x\n")

    assert (ran.code, ran.json["error"]["next"]) == (2, "complain secret set --help")


@pytest.mark.parametrize(
    ("typed", "key"), [("logout website", "logged_in"), ("browser find", "path"), ("browser install", "path")]
)
def test_a_command_that_says_one_sentence_says_it_as_a_document_too(
    complain: Typed, tmp_path: Path, typed: str, key: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.toml").write_text(
        f"[browser]\npath = '{sys.executable}'\n", encoding="utf-8"
    )
    ran = complain(*typed.split(), "--json")

    assert (ran.code, ran.json["exit_code"], key in ran.json) == (0, 0, True)


def test_sign_with_json_prints_one_document(complain: Typed, case: Path) -> None:
    ran = complain("sign", case, "--json", stdin="属实\n")

    assert ran.json["case"] == "example-basic" and ran.json["signed"] is True
    assert len(ran.json["digest"]) == 64


def test_a_case_with_mistakes_cannot_be_signed(complain: Typed, case: Path, tmp_path: Path) -> None:
    edit(case, "02-sms.jpg", "gone.jpg")

    assert complain("sign", case, stdin="属实\n").code == 2
    assert not (tmp_path / "home" / "signatures").exists()


# -- init ---------------------------------------------------------------------------------------------------


def test_init_writes_a_case_in_a_new_folder_and_says_what_is_next(complain: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "新 文件夹" / "matter"
    ran = complain("init", folder, stdin="\n" * 200)

    assert ran.code == 0
    assert (folder / "case.toml").is_file()
    assert "complain check" in ran.out and "still open" in ran.out
    assert "Is anybody at your door" in ran.err and "Is anybody" not in ran.out


def test_init_with_closed_input_is_one_clear_sentence_and_keeps_the_answers(
    complain: Typed, tmp_path: Path
) -> None:
    ran = complain("init", tmp_path / "matter", stdin="2\n2\n2\n示例金融\n")

    assert ran.code == 2
    assert "The answers ended before the questions did. What was answered is kept." in ran.err
    assert "示例金融" not in complain("init", tmp_path / "matter", stdin="").err
    assert "In which app" not in complain("init", tmp_path / "matter", stdin="").err


def test_init_without_a_password_store_says_so_and_goes_on(complain: Typed, tmp_path: Path) -> None:
    ran = complain("init", tmp_path / "matter", stdin="\n" * 200)

    assert ran.code == 0
    assert "Your identity number is not asked for now" in ran.err


def test_init_in_practice_touches_no_password_store(complain: Typed, tmp_path: Path) -> None:
    ran = complain("init", tmp_path / "matter", "--practice", stdin="\n" * 200)

    assert ran.code == 0
    assert "identity number" not in ran.err


def test_init_with_json_prints_one_document(complain: Typed, tmp_path: Path) -> None:
    ran = complain("init", tmp_path / "matter", "--json", stdin="\n" * 200)

    assert ran.json["written"] is True and ran.json["case"].startswith("case-")


def test_init_where_no_folder_can_be_made_is_a_usage_error(complain: Typed, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    assert complain("init", tmp_path / "file" / "matter").code == 2


def test_the_help_of_these_commands_needs_no_heavy_library() -> None:
    program = (
        "import sys, json\nfrom complain.cli.main import run\n"
        "codes = [run([name, '--help']) for name in ('init', 'check', 'sign')]\n"
        "print(json.dumps([codes, sorted({'pydantic','keyring','jinja2','playwright'} & set(sys.modules))]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout.splitlines()[-1]) == [[0, 0, 0], []]


def test_the_next_command_can_be_typed_as_it_stands_when_the_folder_has_a_space(
    cli: Cli, tmp_path: Path
) -> None:
    folder = copy_example(tmp_path / "my case")
    checked = cli("check", folder)
    step = shlex.split(checked.stdout.splitlines()[-1].partition(": ")[2])
    assert step == ["complain", "submit", str(folder), "--channels", "all", "--practice", "--dry-run"]
    (folder / "case.toml").write_text("id = ", encoding="utf-8")
    broken = cli("plan", folder)
    assert shlex.split(broken.stderr.splitlines()[-1].partition(": ")[2]) == [
        "complain",
        "check",
        str(folder),
    ]
