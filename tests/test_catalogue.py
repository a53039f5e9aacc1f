"""The Chinese catalogues: complete, faithful to the placeholders, compiled, and in words that anyone knows."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from complain import i18n

ROOT = Path(__file__).parents[1]
FOLDER = Path(i18n.LOCALE_DIR) / "zh_CN/LC_MESSAGES"
FIELD = re.compile(r"\{[^{}]*\}|%\([a-z]+\)s")

# Only people who write channels meet the messages of these.
FOR_AUTHORS = (
    "authoring/",
    "testing/",
    "channels/",
    "filing/learning.py",
    "cli/plugin.py",
    "archive/export.py",
)
JARGON = re.compile(
    r"TOML|JSON|keyring|exit code|退出码|密钥环|traceback|stdin|dry[- ]run|案件", re.IGNORECASE
)
# What must be typed or opened by exactly this name; and the option whose whole meaning is that word.
TYPED = re.compile(r"gnome-keyring\S*|--[a-z-]+|只输出一份 JSON（供程序读取）", re.IGNORECASE)

OUTCOMES = {
    "Filled in, not submitted": "已填好，尚未提交",
    "Submitted, number: {number} (whether it is accepted is for the other side’s notice to say)": (
        "已提交，编号：{number}（是否受理，以对方通知为准）"
    ),
    "The page says that it was submitted, but no number was seen. Do not submit it again; look under “My complaints” "
    "at this channel.": "页面显示提交成功，但未看到编号。请勿重复提交，可到该途径的“我的投诉”中查看",
    "It cannot be told yet whether this was submitted. Do not submit it again: look at “{where}” first, then record "
    "what you found.": "暂时无法确定是否已提交。请先不要再次提交：到“{where}”查看，再登记结果",
    "It is certain that nothing was submitted. Reason: {reason}. You can try again": (
        "已确认没有提交。原因：{reason}。可以重试"
    ),
    "Your own hand is needed: {task}. All that was prepared is kept": "需要您本人操作：{task}。已准备的内容都已保存",
    "The other side did not take it; the page says: “{words}”": "对方没有接收，页面原文：“{words}”",
    "Not done this time: {reason}": "本次没有办理：{reason}",
    "You are about to submit to “{names}” in your own name. This is not anonymous: they will see what the table above "
    "lists, and may pass it to the institution complained of. It may not be possible to change it afterwards. Type "
    "“{word}” to go on; Enter alone submits nothing.": (
        "即将以您本人的名义向“{names}”提交。这不是匿名投诉：对方会看到上表所列信息，并可能转给被投诉机构。"
        "提交后可能无法修改。输入“{word}”继续；直接按回车则不提交。"
    ),
    "submit": "提交",
    "□ I have checked every item. What I lived through myself I have told as it was; what others told me, what I infer "
    "and what I cannot prove yet is marked as such. I know that I answer for the truth of what I state.": (
        "□ 本人已逐项核对。亲身经历的，已如实陈述；他人转述、推测或暂无证据的，均已注明。"
        "本人知悉应对所述内容的真实性负责。"
    ),
    "The complaint is about the way of collecting. It does not by itself suspend repayment, nor stop interest, overdue "
    "records or a lawsuit. Keep your phone reachable and go on talking with the institution; when a court paper "
    "arrives, look at its time limit first. A repayment plan can be prepared separately if you need one.": (
        "投诉针对的是催收方式，本身不会暂停还款，也不会停止计息、逾期记录或诉讼。请保持本人电话可接通，"
        "继续与机构协商；收到法院文书，请先看期限。如需要，可另行准备还款方案申请。"
    ),
}


class _Messages(Protocol):
    """What the tests use of ``scripts/messages.py``."""

    def own_messages(self) -> Catalog: ...

    def click_messages(self) -> Catalog: ...


@cache
def script() -> _Messages:
    """Return the script that keeps the catalogues; it is no package."""
    spec = importlib.util.spec_from_file_location("messages_script", ROOT / "scripts/messages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(_Messages, module)


@cache
def catalogue(domain: str) -> Catalog:
    """Return a catalogue as it is kept."""
    with (FOLDER / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="zh_CN", domain=domain)


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return every form of a message or a translation; an empty one for what is not translated."""
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def translations(domain: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield each message with its translation, all forms."""
    for message in catalogue(domain):
        if message.id:
            yield forms(message.id), forms(message.string)


def known(domain: str) -> set[str]:
    """Return the messages that have a translation nobody doubts."""
    return {
        forms(message.id)[0]
        for message in catalogue(domain)
        if message.id and all(forms(message.string)) and not message.fuzzy
    }


@cache
def wanted(domain: str) -> frozenset[str]:
    """Return the messages that the code, or click, says today."""
    template = script().own_messages() if domain == "complain" else script().click_messages()
    return frozenset(forms(message.id)[0] for message in template if message.id)


@cache
def calls() -> tuple[tuple[str, ast.Call, bool], ...]:
    """Return every call of ``_`` and ``ngettext``: its file, the call, whether it stands inside an f-string."""
    paths = sorted([*ROOT.glob("core/complain/**/*.py"), *ROOT.glob("plugins/**/*.py")])
    return tuple(
        (path.relative_to(ROOT).as_posix(), call, inside)
        for path in paths
        for call, inside in _spoken(ast.parse(path.read_text(encoding="utf-8")))
    )


def _spoken(tree: ast.AST, *, inside: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    inside = inside or isinstance(tree, ast.JoinedStr)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in ("_", "ngettext"):
        yield tree, inside
    for child in ast.iter_child_nodes(tree):
        yield from _spoken(child, inside=inside)


@cache
def ordinary() -> set[str]:
    """Return the messages that people meet who write no channels."""
    return {
        str(node.args[0].value)
        for place, node, _inside in calls()
        if isinstance(node.args[0], ast.Constant) and not any(part in place for part in FOR_AUTHORS)
    }


def test_every_message_of_the_code_has_its_chinese() -> None:
    assert wanted("complain") - known("complain") == set()


def test_every_message_of_click_has_its_chinese() -> None:
    assert wanted("messages") - known("messages") == set()


def test_no_message_hides_inside_an_f_string_where_it_is_not_extracted() -> None:
    assert [f"{place}:{node.lineno}" for place, node, inside in calls() if inside] == []


def test_the_catalogue_holds_nothing_that_the_code_no_longer_says() -> None:
    assert known("complain") - wanted("complain") == set()


def test_every_placeholder_stands_in_the_chinese_too() -> None:
    wrong = [
        (english[-1], chinese)
        for english, chinese in translations("complain")
        for text in chinese
        if Counter(FIELD.findall(text)) != Counter(FIELD.findall(english[-1]))
        or _loose_braces(text, english[-1])
    ]

    assert wrong == []


def test_the_chinese_of_click_names_no_placeholder_that_click_does_not_fill() -> None:
    wrong = [
        (english, chinese)
        for english, chinese in translations("messages")
        for text in chinese
        if set(FIELD.findall(text)) - {field for form in english for field in FIELD.findall(form)}
    ]

    assert wrong == []


def _loose_braces(text: str, english: str) -> bool:
    rest = [FIELD.sub("", one) for one in (text, english)]
    return [rest[0].count(brace) for brace in "{}"] != [rest[1].count(brace) for brace in "{}"]


def test_lines_and_indents_are_kept() -> None:
    wrong = [
        (english[-1], text)
        for english, chinese in translations("complain")
        for text in chinese
        if text.count("\n") != english[-1].count("\n")
        or text.startswith("  ") != english[-1].startswith("  ")
    ]

    assert wrong == []


@pytest.mark.parametrize("domain", ["complain", "messages"])
def test_what_is_compiled_is_what_is_written(domain: str) -> None:
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    stale = [
        english[0]
        for english, chinese in translations(domain)
        if (
            compiled.gettext(english[0])
            if len(english) == 1
            else compiled.ngettext(english[0], english[1], 1)
        )
        != chinese[0]
    ]

    assert stale == []


@pytest.mark.parametrize("english", OUTCOMES, ids=lambda english: english[:30])
def test_outcomes_and_the_last_questions_are_worded_as_agreed(english: str) -> None:
    message = catalogue("complain").get(english)

    assert message is not None and message.string == OUTCOMES[english]


def test_no_ordinary_message_needs_to_know_a_technical_word() -> None:
    people = ordinary()
    technical = [
        text
        for english, chinese in translations("complain")
        for text in chinese
        if english[0] in people and JARGON.search(_without_names(text))
    ]

    assert technical == []


def _without_names(text: str) -> str:
    return re.sub(r"[\w{}./-]*\.(?:toml|json|md)\b", "", TYPED.sub("", text), flags=re.IGNORECASE)


def test_chinese_sentences_use_chinese_punctuation() -> None:
    people = ordinary()
    half_width = [
        text
        for english, chinese in translations("complain")
        for text in chinese
        if english[0] in people
        and re.search(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?![a-z])", text)
        and "途径代号,途径代号" not in text
    ]

    assert half_width == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--help"], "用法： complain [选项] 命令"),
        (["submit", "--help"], "显示本说明。"),
        (["receipts", "--help"], "列出全部凭证"),
        (["submit", "--nope"], "没有 '--nope' 这个选项"),
        (["submit"], "还缺少：--channels。"),
        (["nonsense"], "没有 'nonsense' 这个命令"),
    ],
)
def test_the_command_line_speaks_chinese_down_to_what_click_says(
    arguments: list[str], expected: str, tmp_path: Path
) -> None:
    said = _run(arguments, tmp_path)

    assert expected in said
    assert not re.search(r"Usage|Options|Commands|Show this|No such|Missing", said)


def test_help_pages_fit_into_eighty_columns(tmp_path: Path) -> None:
    from complain.cli.help import columns

    said = "\n".join(_run([command, "--help"], tmp_path) for command in ("submit", "letter", "practice"))

    assert [line for line in said.splitlines() if columns(line) > 80] == []


def _run(arguments: list[str], home: Path) -> str:
    # A bare "zh" is no locale that gettext itself would expand to zh_CN; Windows names none at all.
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))},
        "LANG": "zh",
        "COMPLAIN_HOME": str(home),
        "COLUMNS": "80",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "complain", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    return done.stdout + done.stderr
