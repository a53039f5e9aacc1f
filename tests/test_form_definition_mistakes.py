"""Every mistake in a form.toml is named at once, with its line, its key and what would be right."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from complain.case.lines import KeyLines
from complain.channels.definition import LetterLimit, load_definition
from complain.channels.definition_table import read_channel_table
from complain.channels.form import FormChannel
from complain.errors import DefinitionMistakes, ExitCode
from complain.filing.form_policy import policy_of
from complain.model import Action

WHOLE = """\
[channel]
id = "helpdesk"
title = "公开工单"
url = "https://www.example.cn/tickets/submit/"

[limits]
letter = { max = 1000 }
attachments = { max = 3, size = "2 MB", types = ["jpg", "png"] }

[[page]]
fields = [
  { label = "分类", choose = "投诉" },
  { label = "标题", value = "{{ complaint.subject }}" },
]
next = "下一步"

[[page]]
fields = [
  { label = "描述", value = "{{ letter }}" },
]

[submit]
button = "提交工单"

[outcome]
success = '编号[:：]\\s*(?P<number>[A-Z0-9-]+)'
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file that the tests write."""
    return tmp_path / "form.toml"


def test_uploads_may_be_declared_for_the_channel_or_beside_the_allow_of_a_page(file: Path) -> None:
    text = WHOLE.replace("[[page]]\n", '[[page]]\nuploads = ["POST */page/upload"]\n', 1)
    file.write_text(text.replace('title = "公', 'uploads = ["POST */upload"]\ntitle = "公'), "utf-8")
    rules = policy_of(FormChannel(file)).uploads

    assert [rule.glob for rule in rules] == ["*/upload", "*/page/upload"]


def mistakes(file: Path, text: str) -> list[tuple[int | None, str, str]]:
    """Line, key, and the two sentences of each mistake of ``text``."""
    file.write_text(text, "utf-8")
    with pytest.raises(DefinitionMistakes) as caught:
        load_definition(file)
    return [(m.line, m.key, f"{m.problem} {m.remedy}") for m in caught.value.mistakes]


def with_change(right: str, wrong: str) -> str:
    assert right in WHOLE
    return WHOLE.replace(right, wrong, 1)


def test_a_whole_definition_loads(file: Path) -> None:
    file.write_text(WHOLE, "utf-8")
    definition = load_definition(file)
    assert [field.action for field in definition.pages[0].fields] == [Action.CHOOSE, Action.VALUE]
    assert definition.pages[0].fields[0].templates == ("投诉",)
    assert definition.limits.attachments.size == 2_000_000
    assert definition.channel.fresh == dt.timedelta(minutes=10)
    assert definition.login is None


@pytest.mark.parametrize(
    ("right", "wrong", "line", "key", "says"),
    [
        ('title = "公开工单"', 'titel = "公开工单"', 3, "channel.titel", "title"),
        ('label = "分类"', 'lable = "分类"', 12, "page[1].fields[1].lable", "label"),
        ('choose = "投诉" }', 'chose = "投诉" }', 12, "page[1].fields[1].chose", "choose"),
        ("max = 1000", "maximum = 1000", 7, "limits.letter.maximum", "max"),
        ("max = 1000", "max = 10, min = 20", 7, "limits.letter", "min"),
        ('"2 MB"', '"2 MiB"', 8, "limits.attachments.size", "2 MB"),
        ('"jpg"', '"*.jpg"', 8, "limits.attachments.types[1]", "jpg"),
        ("max = 3", 'max = "3"', 8, "limits.attachments.max", "whole number"),
        ('id = "helpdesk"', 'id = "help desk"', 2, "channel.id", "letters"),
        ('id = "helpdesk"\n', "", 1, "channel.id", "missing"),
        ('"https://www.example.cn/tickets/submit/"', '"www.example.cn"', 4, "channel.url", "https"),
        ('title = "公开工单"', 'origins = ["https://a.cn/x"]', 3, "channel.origins[1]", "origin"),
        ('title = "公开工单"', 'assets = ["https://a.cn"]', 3, "channel.assets[1]", "host"),
        ('title = "公开工单"', 'allow = ["GET */x"]', 3, "channel.allow[1]", "GET"),
        ('title = "公开工单"', 'allow = ["POST */x?y=1"]', 3, "channel.allow[1]", "query"),
        ('title = "公开工单"', 'fresh = "10 minutes"', 3, "channel.fresh", "10 min"),
        ('title = "公开工单"', "stage = 3", 3, "channel.stage", "1"),
        ('title = "公开工单"', 'verified = "2026-11-23"', 3, "channel.verified", "quotation"),
        ('title = "公开工单"', "api_version = 2", 3, "channel.api_version", "version"),
        ('button = "提交工单"', 'button = ""', 23, "submit.button", "empty"),
        ('button = "提交工单"', 'button = "提交"\nrequest = "POST"', 24, "submit.request", "POST"),
        ('choose = "投诉"', 'choose = "投诉", value = "x"', 12, "page[1].fields[1]", "exactly one"),
        ('choose = "投诉"', "choose = []", 12, "page[1].fields[1]", "no option"),
        ('label = "分类", choose = "投诉"', 'choose = "投诉"', 12, "page[1].fields[1]", "label"),
        ('choose = "投诉"', 'choose = "投诉", send = "发送"', 12, "page[1].fields[1]", "ask"),
        ('choose = "投诉"', 'ask = "text"', 12, "page[1].fields[1].ask", "sms"),
        (
            'choose = "投诉"',
            'date = ["2026-01-01", "2026-01-02", "2026-01-03"]',
            12,
            "page[1].fields[1]",
            "two",
        ),
        ('label = "标题"', 'label = "分 类："', 13, "page[1].fields[2].label", "twice"),
        ("complaint.subject", "complain.subject", 13, "page[1].fields[2].value", "complaint"),
        ("{{ complaint.subject }}", "{{ complaint.subject", 13, "page[1].fields[2].value", "well formed"),
        ("{{ complaint.subject }}", "{{ secret('x') }}", 13, "page[1].fields[2].value", "[login]"),
        (
            "fields = [",
            "when = \"complaint.subject = 'x'\"\nfields = [",
            11,
            "page[1].when",
            "without braces",
        ),
        ("fields = [", 'when = "{{ complaint }}"\nfields = [', 11, "page[1].when", "without braces"),
        ('next = "下一步"\n', "", 10, "page[1]", "next"),
        ("[submit]", 'next = "下一步"\n[submit]', 22, "page[2].next", "last page"),
        ("'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'", "'编号('", 26, "outcome.success.pattern", "regular"),
        ("'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'", "'.*'", 26, "outcome.success.pattern", "always"),
        ("'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'", "'(?P<numer>A)'", 26, "outcome.success.pattern", "number"),
        ("'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'", "'提交'", 26, "outcome.success", "form itself"),
        (
            "'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'",
            '{ url = "tickets" }',
            26,
            "outcome.success.url",
            "address",
        ),
        (
            "'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'",
            '{ css = "#a", url = "/done" }',
            26,
            "outcome.success",
            "url",
        ),
        ("'编号[:：]\\s*(?P<number>[A-Z0-9-]+)'", "''", 26, "outcome.success.pattern", "always"),
        ("[submit]", "refusal = []\n[submit]", 22, "page[2].refusal", "fields"),
        ("[submit]\nbutton", "[submi]\nbutton", 22, "submi", "submit"),
        ("[outcome]", "[outcome]\nrefusal = ['']", 26, "outcome.refusal[1]", "empty"),
        (
            "[submit]",
            '[login]\nurl = "https://a.cn"\ndone = "退出"\nbutton = "登录"\n[submit]',
            22,
            "login",
            "fields",
        ),
        *[
            (
                "[submit]",
                f'[login]\nurl = "https://a.cn"\ndone = "退出"\nbutton = "登录"\n{fields}\n[submit]',
                26,
                "login.fields[1].value",
                "{{ secret('helpdesk.user') }}",
            )
            for fields in (
                'fields = [{ label = "手机号", value = "{{ complainant.phone }}" }]',
                'fields = [{ label = "手机号", value = "{{ secret(helpdesk.user) }}" }]',
            )
        ],
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(
    file: Path, right: str, wrong: str, line: int, key: str, says: str
) -> None:
    found = mistakes(file, with_change(right, wrong))
    assert [(at, name) for at, name, _words in found if name == key] == [(line, key)], found
    assert says in next(words for _at, name, words in found if name == key)


def test_all_mistakes_are_named_at_once_and_nothing_else(file: Path) -> None:
    text = with_change('title = "公开工单"', 'titel = "公开工单"')
    text = (
        text.replace('label = "分类"', 'lable = "分类"')
        .replace('"2 MB"', '"2 MiB"')
        .replace("{{ letter }}", "{{ leter }}")
    )
    assert [line for line, _key, _words in mistakes(file, text)] == [3, 8, 12, 19]


def test_a_file_that_is_no_toml_is_named_with_its_line(file: Path) -> None:
    ((line, _key, words),) = mistakes(file, with_change('id = "helpdesk"', "id = helpdesk"))
    assert line == 2 and "TOML" in words


@pytest.mark.parametrize("content", [WHOLE.encode("gbk"), b"\xff\xfe\x00"])
def test_a_file_in_another_encoding_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(DefinitionMistakes, match="UTF-8"):
        load_definition(file)


def test_a_file_from_a_windows_editor_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert load_definition(file).channel.id == "helpdesk"


def test_lines_are_right_in_a_file_from_a_windows_editor(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + with_change("title", "titel").replace("\n", "\r\n").encode())
    with pytest.raises(DefinitionMistakes) as caught:
        load_definition(file)
    assert [(m.line, m.key) for m in caught.value.mistakes] == [(3, "channel.titel")]


def test_a_mistake_exits_with_two_and_names_the_next_command(file: Path) -> None:
    file.write_text("[channel]\n", "utf-8")
    with pytest.raises(DefinitionMistakes) as caught:
        load_definition(file)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "complain plugin lint" in caught.value.next_step


def test_the_channel_table_is_read_without_pydantic(file: Path) -> None:
    file.write_text(WHOLE.replace('title = "公开工单"\n', ""), "utf-8")
    assert read_channel_table(file)["title"] == "helpdesk"
    code = (
        "import sys; from pathlib import Path; from complain.channels.definition_table import read_channel_table;"
        f"read_channel_table(Path({str(file)!r}));"
        "print(sorted({'pydantic', 'jinja2', 'playwright', 'msgspec'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_lines_are_found_through_every_way_of_writing_toml() -> None:
    text = '''a.b = 1
"c d" = """
[no]
x = 1
"""
e = [ # one
  { f = "}", g = [1,
    2] }, "]", \'#\',
]
[h."i.j"]
k = 1 # l = 2
[[m]]
[[m]]
n = {o = 1}
[[m.p]]
q = \'\'\'
r = 1\'\'\'
s = 1
'''
    lines = KeyLines(text)
    wanted = {
        ("a", "b"): 1,
        ("c d",): 2,
        ("e",): 6,
        ("e", 0): 7,
        ("e", 0, "f"): 7,
        ("e", 0, "g", 1): 8,
        ("e", 1): 8,
        ("h", "i.j"): 10,
        ("h", "i.j", "k"): 11,
        ("m", 0): 12,
        ("m", 1): 13,
        ("m", 1, "n", "o"): 14,
        ("m", 1, "p", 0, "q"): 16,
        ("m", 1, "p", 0, "s"): 18,
    }
    assert {path: lines.nearest(path) for path in wanted} == wanted


@pytest.mark.parametrize(
    ("count", "text", "length"),
    [
        ("chars", "一\r\n二", 3),
        ("chars", "\U00020000", 1),
        ("utf16", "\U00020000\n", 3),
        ("bytes", "一\n", 4),
    ],
)
def test_a_letter_is_counted_as_the_site_counts(count: str, text: str, length: int) -> None:
    limit = LetterLimit.model_validate({"max": length, "count": count})
    assert limit.length(text) == length
    assert limit.admits(text) and not limit.admits(text + "一")


def test_jpg_includes_jpeg(file: Path) -> None:
    file.write_text(WHOLE, "utf-8")
    limit = load_definition(file).limits.attachments
    assert [limit.admits_type(name) for name in ("a.JPG", "a.jpeg", "a.png", "a.pdf", "a")] == [True] * 3 + [
        False
    ] * 2
