"""The hand-over pack: all that a person needs to file by hand, in one folder, without network or script.

``index.html`` is the page. ``文字`` holds each field as a text file, ``附件`` the files in the order of upload.
The page is for the complainant, so it is Chinese as the letters are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from complain.commands import typed
from complain.durable import write_durably
from complain.errors import ComplainError
from complain.handover import CERTAINTY_WORDS, EntryPoint
from complain.i18n import _
from complain.model import Attachment
from complain.reports.pack_content import PackCall, PackContent, PackLetter
from complain.reports.page import data_uri, readable_size, render_page
from complain.reports.preview import PreviewField
from complain.reports.qr import address_text, code, text_codes

INDEX = "index.html"
CALL_PAGE = "电话.html"
CALL_NOTE = "通话记录.txt"
TEXTS = "文字"
FILES = "附件"

CHARACTERS_PER_SECOND = 4
"""Calm reading aloud, about 240 characters a minute (general knowledge, no source)."""

LONGEST_NAME = 60
"""Characters of a file's name: in UTF-8 they stay below the 255 bytes that file systems allow."""

_UNUSABLE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_NUMBERED = re.compile(r"\d\d-")
_CALL_LINES = (
    "日期和时间",
    "拨打的号码",
    "对方工号或姓名",
    "投诉编号",
    "多久答复",
    "由哪个部门处理",
    "可否短信告知",
    "对方的答复（尽量记原话）",
    "我答应的事、下一步",
)


@dataclass(frozen=True)
class _Text:
    """One text of the page: a field, or a shorter letter under it."""

    anchor: str
    name: str
    value: str
    file: str
    codes: tuple[str, ...]
    note: str = ""
    page: int = 1
    shorter: tuple[_Text, ...] = ()


@dataclass(frozen=True)
class _File:
    name: str
    size: str
    title: str


@dataclass(frozen=True)
class _Way:
    entry: EntryPoint
    certainty: str
    code: str


def write_pack(folder: Path, content: PackContent) -> Path:
    """Write the pack of one channel, replacing an earlier one; a call note that was typed into stays.

    Args:
        folder: The pack's own folder; it is made when missing.
        content: What goes into it.

    Returns:
        The page to open.

    Raises:
        OSError: The folder could not be written.
        ComplainError: An attachment is not the file that was drafted.
    """
    for part in (folder, folder / TEXTS, folder / FILES):
        part.mkdir(parents=True, exist_ok=True)
    texts = _texts(content)
    files = tuple(_copy(folder / FILES, n, each) for n, each in enumerate(content.attachments, 1))
    _write_texts(folder / TEXTS, texts)
    _drop_stale(folder / FILES, {file.name for file in files})
    if (call := content.real_call) is not None:
        _write_call(folder, content, call)
    index = folder / INDEX
    write_durably(index, _page(content, texts, files).encode())
    return index


def _page(content: PackContent, texts: tuple[_Text, ...], files: tuple[_File, ...]) -> str:
    if (call := content.real_call) is not None and content.is_telephone:
        return _call_page(content, call)
    return render_page(
        "pack.html.j2",
        style="pack.css",
        script="pack.js",
        content=content,
        sheet=content.sheet,
        ways=tuple(_way(entry) for entry in content.ways_in),
        # No phone reaches a desk on this computer.
        address_code="" if content.practice else _address_code(content.address),
        texts=texts,
        files=files,
        command=resolve_command(content),
        texts_folder=TEXTS,
        files_folder=FILES,
        call_page=CALL_PAGE,
    )


def _call_page(content: PackContent, call: PackCall) -> str:
    return render_page(
        "telephone.html.j2",
        style="pack.css",
        script="pack.js",
        content=content,
        sheet=content.sheet,
        call=call,
        seconds=-(-len(call.script) // CHARACTERS_PER_SECOND),
        ways=tuple(_way(entry) for entry in content.ways_in if entry.kind == "telephone"),
        note_lines=_CALL_LINES,
        note_file=CALL_NOTE,
        command=resolve_command(content),
    )


def _write_call(folder: Path, content: PackContent, call: PackCall) -> None:
    if content.is_telephone:
        (folder / CALL_PAGE).unlink(missing_ok=True)  # index.html is this page itself
    else:
        write_durably(folder / CALL_PAGE, _call_page(content, call).encode())
    note = folder / CALL_NOTE
    if not note.exists():
        write_durably(note, _as_text_file("\n\n".join(f"{line}：" for line in _CALL_LINES) + "\n"))


def resolve_command(content: PackContent) -> str:
    """Return what to type when it was filed by hand."""
    case = content.case_folder or content.case_id
    practice = ["--practice"] if content.practice else []
    return typed("complain", "resolve", case, content.channel, "--filed", "编号", *practice, *content.options)


def _texts(content: PackContent) -> tuple[_Text, ...]:
    counted = enumerate(content.fields, 1)
    return tuple(_text(content, number, field) for number, field in counted)


def _text(content: PackContent, number: int, field: PreviewField) -> _Text:
    value = _newlines(field.value)
    is_letter = bool(value) and value == _newlines(content.letter)
    letters = content.shorter_letters if is_letter else ()
    return _Text(
        anchor=f"v{number}",
        name=field.name,
        value=value,
        file=_file_name(number, field.name) if value else "",
        codes=_codes(value),
        note=field.note,
        page=field.page,
        shorter=tuple(_shorter(number, field.name, i, letter) for i, letter in enumerate(letters, 1)),
    )


def _shorter(number: int, field: str, index: int, letter: PackLetter) -> _Text:
    value = _newlines(letter.text)
    name = f"较短的一份（{len(value)} 字）"
    return _Text(
        f"v{number}-{index}", name, value, _file_name(number, f"{field}-{len(value)}字"), _codes(value)
    )


def _codes(value: str) -> tuple[str, ...]:
    return tuple(data_uri(picture) for picture in text_codes(value))


def _newlines(text: str) -> str:
    """HTML knows one kind of newline; what is copied must be what is in the file."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _file_name(number: int, label: str) -> str:
    return f"{number:02d}-{_usable(label) or '文字'}.txt"


def _usable(name: str) -> str:
    stem, dot, ending = _UNUSABLE.sub("", name).strip(" .").rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:LONGEST_NAME]}"


def _write_texts(folder: Path, texts: tuple[_Text, ...]) -> None:
    every = [text for field in texts for text in (field, *field.shorter) if text.value]
    for text in every:
        write_durably(folder / text.file, _as_text_file(text.value))
    _drop_stale(folder, {text.file for text in every})


def _as_text_file(text: str) -> bytes:
    """With a byte-order mark: without one, phones and older Windows read UTF-8 text files as GBK."""
    return text.encode("utf-8-sig")


def _drop_stale(folder: Path, kept: Iterable[str]) -> None:
    names = set(kept)
    for path in folder.iterdir():
        if path.is_file() and _NUMBERED.match(path.name) and path.name not in names:
            path.unlink()


def _copy(folder: Path, number: int, attachment: Attachment) -> _File:
    data = attachment.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise ComplainError(
            _("The attachment “{title}” is not the file any more that was prepared.").format(
                title=attachment.title or attachment.name
            ),
            next_step="complain check",
        )
    name = f"{number:02d}-{_usable(attachment.name) or '附件'}"
    write_durably(folder / name, data)
    return _File(name, readable_size(attachment.size), attachment.title)


def _way(entry: EntryPoint) -> _Way:
    held = address_text(entry.kind, entry.address)
    return _Way(entry, CERTAINTY_WORDS[entry.certainty], data_uri(code(held)) if entry.address else "")


def _address_code(address: str) -> str:
    if not address:
        return ""
    kind = "site" if "://" in address else "mail" if "@" in address else "telephone"
    return data_uri(code(address_text(kind, address)))
