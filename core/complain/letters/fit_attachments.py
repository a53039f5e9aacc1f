"""The evidence as a channel takes it: how many files, how large, of which types; what does not fit is said."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from complain.case.model import Evidence
from complain.errors import UsageError
from complain.i18n import _, ngettext
from complain.letters.pictures import Picture, PictureType, UnreadablePicture, prepared_picture
from complain.model import Attachment

_PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"})
_KEEPS_METADATA = frozenset(
    {"mp4", "mov", "m4a", "3gp", "mp3", "amr", "wav", "aac", "heic", "docx", "xlsx", "pdf"}
)


class Limits(Protocol):
    """Which files a channel takes; the table of ``form.toml`` is one."""

    @property
    def max(self) -> int | None:
        """Most files; None for no limit."""
        ...

    @property
    def size(self) -> int | None:
        """Most bytes of one file; None for no limit."""
        ...

    @property
    def types(self) -> tuple[str, ...]:
        """File types without the dot; none means any. ``jpg`` includes ``jpeg``."""
        ...


@dataclass(frozen=True)
class AttachmentLimits:
    """Which files a channel takes; see `Limits`."""

    max: int | None = None
    size: int | None = None
    types: tuple[str, ...] = ()


def fit_attachments(
    case_folder: Path, evidence: Sequence[Evidence], limits: Limits, work: Path
) -> tuple[tuple[Attachment, ...], list[str]]:
    """Make the copies of the evidence that a channel takes.

    Pictures lose what the camera wrote into them (place, device, time), always; they are encoded anew only when
    they must be. The originals are read, hashed and left as they are.

    Args:
        case_folder: The folder of ``case.toml``.
        evidence: In the case's order; the letter calls them by their number from 1, and so does the file name.
        limits: What the channel takes.
        work: An existing folder for the copies.

    Returns:
        The attachments, and one sentence for everything that was left out or changed.

    Raises:
        UsageError: A file is not there, or lies outside the case's folder.
    """
    attachments: list[Attachment] = []
    said: list[str] = []
    for number, item in enumerate(evidence, 1):
        if limits.max is not None and len(attachments) >= limits.max:
            said.append(_too_many(number, item, limits.max))
            continue
        data = _file_of_case(case_folder, item.sent_file)
        attachment = _fitted(number, item, data, limits, work, said)
        if attachment is not None:
            attachments.append(_with_original(attachment, case_folder, item))
            said += [_blacked_out(number, item)] if item.redacted else []
    return tuple(attachments), said


def _with_original(attachment: Attachment, case_folder: Path, item: Evidence) -> Attachment:
    """Name the original's hash where what is sent is a copy with parts blacked out."""
    if not item.redacted:
        return attachment
    original = hashlib.sha256(_file_of_case(case_folder, item.file)).hexdigest()
    return replace(attachment, original_sha256=original)


def _file_of_case(case_folder: Path, name: str) -> bytes:
    root = case_folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise UsageError(
            _("The evidence “{file}” is not in the case's folder.").format(file=name),
            next_step="complain check",
        )
    return path.read_bytes()


def _fitted(
    number: int, item: Evidence, data: bytes, limits: Limits, work: Path, said: list[str]
) -> Attachment | None:
    kind = item.sent_file.rpartition(".")[2].lower()
    if kind in _PICTURES:
        return _fitted_picture(number, item, data, limits, work, said)
    if not _takes(limits, kind):
        said.append(_wrong_type(number, item, limits))
        return None
    if limits.size is not None and len(data) > limits.size:
        said.append(_too_large(number, item, len(data), limits.size))
        return None
    if kind in _KEEPS_METADATA:
        said.append(_keeps_metadata(number, item))
    return _written(number, item, data, kind, work, original=data)


def _fitted_picture(
    number: int, item: Evidence, data: bytes, limits: Limits, work: Path, said: list[str]
) -> Attachment | None:
    types = _picture_types(limits, item)
    if not types:
        said.append(_wrong_type(number, item, limits))
        return None
    try:
        picture = prepared_picture(data, types, limits.size)
    except UnreadablePicture:
        said.append(
            _("Evidence {number} “{title}” is not attached: it cannot be opened as a picture.").format(
                number=number, title=item.name
            )
        )
        return None
    if picture is None:
        said.append(_too_large(number, item, len(data), limits.size or 0))
        return None
    if picture.encoded_anew:
        said.append(_encoded_anew(number, item, data, picture))
    return _written(number, item, picture.data, picture.type, work, original=data)


def _picture_types(limits: Limits, item: Evidence) -> tuple[PictureType, ...]:
    jpg, png = _takes(limits, "jpg"), _takes(limits, "png")
    if jpg and png:
        return ("png", "jpg") if item.sent_file.lower().endswith((".png", ".gif", ".bmp")) else ("jpg", "png")
    if jpg:
        return ("jpg",)
    return ("png",) if png else ()


def _takes(limits: Limits, kind: str) -> bool:
    same = {"jpg", "jpeg"} if kind in ("jpg", "jpeg") else {kind}
    return not limits.types or bool(same & {one.lower().lstrip(".") for one in limits.types})


def _written(
    number: int, item: Evidence, data: bytes, kind: str, work: Path, *, original: bytes
) -> Attachment:
    name = f"证据{number}.{kind}"
    path = work / name
    path.write_bytes(data)
    path.chmod(0o600)
    changed = data != original
    return Attachment(
        path=path,
        name=name,
        media_type=mimetypes.guess_type(f"file.{kind}")[0] or "application/octet-stream",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        title=item.name,
        original_sha256=hashlib.sha256(original).hexdigest() if changed else "",
    )


def _too_many(number: int, item: Evidence, most: int) -> str:
    sentence = ngettext(
        "Evidence {number} “{title}” is not attached: this channel takes one file.",
        "Evidence {number} “{title}” is not attached: this channel takes {most} files.",
        most,
    )
    return sentence.format(number=number, title=item.name, most=most)


def _wrong_type(number: int, item: Evidence, limits: Limits) -> str:
    return _("Evidence {number} “{title}” is not attached: this channel takes only {types}.").format(
        number=number, title=item.name, types=", ".join(limits.types)
    )


def _too_large(number: int, item: Evidence, size: int, most: int) -> str:
    return _(
        "Evidence {number} “{title}” is not attached: it has {size} bytes, this channel takes {most}, and a smaller "
        "copy would not be readable."
    ).format(number=number, title=item.name, size=size, most=most)


def _encoded_anew(number: int, item: Evidence, data: bytes, picture: Picture) -> str:
    return _(
        "Evidence {number} “{title}” is sent as a smaller or turned copy ({before} → {after} bytes); the original "
        "is kept."
    ).format(number=number, title=item.name, before=len(data), after=len(picture.data))


def _blacked_out(number: int, item: Evidence) -> str:
    return _(
        "Evidence {number} “{title}” is sent with the parts that you blacked out; the original is kept."
    ).format(number=number, title=item.name)


def _keeps_metadata(number: int, item: Evidence) -> str:
    return _(
        "Evidence {number} “{title}” is sent as it is: what its file says about author, place and device is not removed."
    ).format(number=number, title=item.name)
