"""A first ``form.toml`` from what was seen of a page: one line per field, and a comment where a person must say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from complain.authoring.begin import Sighting, own_request
from complain.browser.recognise import Seen, Verdict
from complain.channels.base import ID
from complain.filing.assist_values import types_of
from complain.filing.learning import SUBMIT_NAMES
from complain.i18n import _
from complain.names import fold

CHECK = "# check this"
MOST_OPTIONS = 12
LONGEST_LINE = 138
_AGREES = re.compile(r"同意|已阅读|知悉|承诺|属实|agree|accept|consent|terms|i have read", re.IGNORECASE)
_CAPTCHA = re.compile(r"验证码|校验码|captcha|verification code|security code", re.IGNORECASE)
_SMS = re.compile(r"短信|手机验证码|sms|text message", re.IGNORECASE)
_EMPTY_OPTION = re.compile(
    r"^[-–—\s(（\[]*(?:请选择.*|未选择|未设置|no selection|unset|not set|please (?:choose|select).*|select.*|choose.*)?"
    r"[-–—\s)）\]]*$",
    re.IGNORECASE,
)
_LIKELY = {
    "{{ complaint.subject }}": re.compile(r"^(?:summary|title|subject|topic|标题|主题|事由)$", re.IGNORECASE),
    "{{ complainant.email }}": re.compile(r"e-?mail|^mail$|邮箱|电子邮件", re.IGNORECASE),
    "{{ complainant.phone }}": re.compile(r"phone|mobile|手机|联系电话", re.IGNORECASE),
}
"""What a one-line field probably takes, when nothing on the form surely takes it."""
_FILES_NOTHING = re.compile(
    r"预览|取消|重置|清空|草稿|搜索|查询|返回|上一步|登录|preview|cancel|reset|clear|draft|search|back|log ?in|sign ?in",
    re.IGNORECASE,
)
_SIGNS = {
    "zh": ('["提交失败", "不予受理"]', '["请输入验证码", "请先登录", "登录已超时"]'),
    "en": (
        '["This field is required", "Please correct the error"]',
        '["Please sign in", "Please log in", "captcha"]',
    ),
}


@dataclass(frozen=True)
class Beginning:
    """A definition that a person has to finish.

    Attributes:
        id: The channel's id.
        text: The file.
        mapped: Fields that were recognised.
        open: Fields that a person must look at.
        notes: What to know, one sentence each.
    """

    id: str
    text: str
    mapped: tuple[str, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]


def id_of(url: str) -> str:
    """Return an id made of an address's host and port."""
    parts = urlsplit(url)
    host = (parts.hostname or "form").removeprefix("www.")
    name = re.sub(r"[^A-Za-z0-9]+", "-", host).strip("-")
    name = f"form-{parts.port or name}" if host[:1].isdigit() else name
    return name if ID.fullmatch(name) else "form"


def beginning(sighting: Sighting, identity: str) -> Beginning:
    """Return a first definition of a form.

    Args:
        sighting: What was seen.
        identity: The channel's id.
    """
    lines = [*_channel(sighting, identity), *_limits(sighting), "[[page]]", "fields = ["]
    mapped: list[str] = []
    unsure: list[str] = []
    for verdict in sighting.verdicts:
        line = _field(verdict, sighting)
        if line is None:
            continue
        (mapped if verdict.entry is not None else unsure).append(_as_shown(verdict.seen) or verdict.seen.name)
        lines.append(f"  {line}")
    lines += ["]", "", "[submit]", *_button(sighting), *_request(sighting), "", *_outcome(sighting)]
    return Beginning(identity, "\n".join(lines) + "\n", tuple(mapped), tuple(unsure), tuple(_notes(sighting)))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML basic string


def _channel(sighting: Sighting, identity: str) -> Iterator[str]:
    yield _(
        "# Begun from the page by complain plugin new; nobody has seen it file yet. See docs/writing-a-channel.md."
    )
    yield "[channel]"
    yield f"id = {_text(identity)}"
    yield f"title = {_text(sighting.title or identity)}"
    yield f"url = {_text(sighting.url)}"
    yield "stage = 1  # " + _("1 the company's own form, 2 a body outside it; check this")
    if sighting.assets:
        hosts = ", ".join(_text(host) for host in sighting.assets)
        yield f"assets = [{hosts}]  {CHECK}"
    yield "# verified = 2026-11-23  # " + _("the day on which you saw it file; only you can write it")
    yield ""


def _limits(sighting: Sighting) -> Iterator[str]:
    limits = [*_letter_limit(sighting), *_file_limit(sighting)]
    if limits:
        yield from ("[limits]", *limits, "")


def _letter_limit(sighting: Sighting) -> Iterator[str]:
    field = _letter_field(sighting)
    least, most = (field.around.minlength, field.found.maxlength) if field else (None, None)
    known = [*([f"min = {least}"] if least else []), *([f"max = {most}"] if most is not None else [])]
    if known:
        yield f'letter = {{ {", ".join(known)}, count = "utf16" }}'


def _letter_field(sighting: Sighting) -> Seen | None:
    """The field that surely takes the letter, else the one that probably does."""
    sure = [v.seen for v in sighting.verdicts if v.entry is not None and v.entry.value == "{{ letter }}"]
    return next(iter(sure or [v.seen for v in sighting.verdicts if _takes_letter(v.seen, sighting)]), None)


def _takes_letter(seen: Seen, sighting: Sighting) -> bool:
    """A lone long field, where nothing surely takes the letter."""
    taken = any(v.entry is not None and v.entry.value == "{{ letter }}" for v in sighting.verdicts)
    return _is_long(seen) and not taken and sum(_is_long(v.seen) for v in sighting.verdicts) == 1


def _file_limit(sighting: Sighting) -> Iterator[str]:
    fields = [v.seen for v in sighting.verdicts if v.seen.found.kind == "file"]
    if len(fields) != 1:
        return
    types = ", ".join(_text(kind) for kind in types_of(fields[0].around.accept)[:MOST_OPTIONS])
    known = [*([] if fields[0].found.multiple else ["max = 1"]), *([f"types = [{types}]"] if types else [])]
    if known:
        yield f"attachments = {{ {', '.join(known)} }}"


def _field(verdict: Verdict, sighting: Sighting) -> str | None:
    seen = verdict.seen
    if _is_part(seen):
        return None
    where = _where(seen, sighting)
    if verdict.entry is not None:
        files = verdict.entry.value == "evidence"
        return _line(where, 'files = "evidence"' if files else f"value = {_text(verdict.entry.value)}")
    if seen.found.kind == "file" and sum(v.seen.found.kind == "file" for v in sighting.verdicts) == 1:
        return _line(where, 'files = "evidence"', CHECK)
    return _guess(seen, where) or _likely(seen, where, sighting) or _open(seen, where)


def _likely(seen: Seen, where: str, sighting: Sighting) -> str:
    """What a text field probably takes: written down as a guess, and only where nothing surely takes it."""
    if seen.found.kind not in ("text", "editor") or seen.around.value or seen.around.readonly:
        return ""
    taken = {v.entry.value for v in sighting.verdicts if v.entry is not None}
    if _is_long(seen):
        return _line(where, 'value = "{{ letter }}"', CHECK) if _takes_letter(seen, sighting) else ""
    alike = [
        value
        for value, pattern in _LIKELY.items()
        if value not in taken and pattern.search(seen.name) and _only(pattern, sighting)
    ]
    return _line(where, f"value = {_text(alike[0])}", CHECK) if len(alike) == 1 else ""


def _is_long(seen: Seen) -> bool:
    return seen.around.type in ("textarea", "editor")


def _only(pattern: re.Pattern[str], sighting: Sighting) -> bool:
    return sum(bool(pattern.search(v.seen.name)) for v in sighting.verdicts) == 1


def _is_part(seen: Seen) -> bool:
    """An option of a group is spoken of with its group."""
    return seen.found.kind in ("radio", "box") and bool(seen.around.unit)


def _where(seen: Seen, sighting: Sighting) -> str:
    label = seen.found.shown_name
    same = [
        v for v in sighting.verdicts if fold(v.seen.found.shown_name) == fold(label) and not _is_part(v.seen)
    ]
    name = seen.around.ident.split()[0] if seen.around.ident.split() else ""
    if (not label or len(same) > 1) and name:
        return f"css = {_text(f'[name={json.dumps(name)}]')}"
    return f"label = {_text(_as_shown(seen))}"


def _as_shown(seen: Seen) -> str:
    """The label as a person reads it; the scan knows it folded."""
    shown = seen.found.shown_name
    return next((text for text in (*seen.around.names, *seen.around.hints) if fold(text) == shown), shown)


def _line(where: str, what: str, note: str = "") -> str:
    return f"{{ {where}, {what} }},{'  ' + note if note else ''}"


def _guess(seen: Seen, where: str) -> str:
    """What is likely enough to write down, and marked as a guess."""
    name, options = seen.name, _options(seen)
    if seen.found.kind in ("box", "switch") and _AGREES.search(name):
        return _line(where, "check = true", CHECK)
    if _CAPTCHA.search(name) and seen.found.kind == "text":
        if _SMS.search(name):
            return _line(where, 'ask = "sms", send = "获取验证码"', CHECK)
        return _line(where, 'ask = "captcha", picture = "img"', CHECK)
    if len(options) == 1 and seen.found.kind in ("select", "radios"):
        return _line(where, f"choose = {_text(options[0])}", CHECK)
    if options and seen.is_required and seen.found.kind in ("select", "radios") and _holds_nothing(seen):
        line = _line(where, f"choose = {_text(options[0])}", CHECK)
        return max(line, _short(f"{line}: {_one_of(options)}"), key=len)  # only what is said about it is cut
    return ""


def _holds_nothing(seen: Seen) -> bool:
    """An unmade choice is empty, a number that stands for none, or its own words."""
    return seen.around.value in ("-1", "0") or bool(_EMPTY_OPTION.match(seen.around.value.strip()))


def _open(seen: Seen, where: str) -> str:
    """A field that only a person can speak for."""
    need = _("required") if seen.is_required else _("optional")
    options = _options(seen)
    verb = {"date": "date", "file": "files", "box": "check", "boxes": "check", "cascader": "cascade"}
    action = verb.get(
        seen.found.kind, "choose" if options or seen.found.kind in ("select", "combobox") else "value"
    )
    example = {"check": "true", "files": '"evidence"', "date": '"2026-11-23"'}.get(action, '"…"')
    said = f"{need}; {_one_of(options)}" if options else need
    return _short(f"# {_line(where, f'{action} = {example}')}  # {said}")


def _options(seen: Seen) -> list[str]:
    return [option for option in seen.found.options if not _EMPTY_OPTION.match(option.strip())]


def _one_of(options: list[str]) -> str:
    return _("one of: {options}").format(options="; ".join(options[:MOST_OPTIONS]).replace("\n", " "))


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE - 2 else line[: LONGEST_LINE - 3] + "…"


def _button(sighting: Sighting) -> list[str]:
    if len(sighting.form.submits) == 1:
        return [f"button = {_text(sighting.form.submits[0])}"]
    own = [name for name in sighting.form.submits if not _FILES_NOTHING.search(name)]
    named = own or [name for name in sighting.buttons if fold(name) in SUBMIT_NAMES]
    if len(named) == 1:
        return [f"button = {_text(named[0])}  {CHECK}"]
    names = "; ".join(sighting.form.submits or sighting.buttons).replace("\n", " ") or _("none")
    return [_short(_("# Which button files it? The page has: {names}").format(names=names)), '# button = "…"']


def _request(sighting: Sighting) -> list[str]:
    request = own_request(sighting)
    return [f"request = {_text(request)}"] if request else []


def _outcome(sighting: Sighting) -> Iterator[str]:
    refusal, challenge = _SIGNS[sighting.language]
    yield "[outcome]"
    yield _("# File once by hand, look at the page of success, and write what it shows around the number:")
    if sighting.language == "zh":
        yield r"# success = '工单编号[:：]\s*(?P<number>[A-Z0-9-]+)'"
    else:
        yield r"# success = 'Your ticket number is (?P<number>[A-Z0-9-]+)'"
    yield _("# or, when the number stands in the address of that page:")
    yield r"# success = { url = '[?&]ticket=(?P<number>[A-Za-z0-9-]+)' }"
    yield _("# or, when the page only shows something new, without a number:")
    yield r"""# success = { css = '.thanks' }"""
    yield f"refusal = {refusal}  {CHECK}"
    yield f"challenge = {challenge}  {CHECK}"


def _notes(sighting: Sighting) -> Iterator[str]:
    if sighting.has_login:
        yield _(
            "The page asks for a password: this may be a log-in, and the form lies behind it. Add a [login] table, see docs/form-toml.md."
        )
    if sighting.others:
        yield _("Left out, because they belong to other forms of the page: {names}.").format(
            names="; ".join(sighting.others)
        )
    if not sighting.verdicts:
        yield _(
            "No field was found. If the form opens after a press or a log-in, name that page's own address."
        )
    if sighting.assets:
        yield _(
            "The page loads from other hosts; they are listed as assets. Leave out those that it does not need."
        )
    if not own_request(sighting):
        yield _(
            "The page's source does not say where it sends; the first write after the press counts as the one."
        )
