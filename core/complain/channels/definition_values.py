"""The values that a channel definition may hold: how each is written, and what is wrong when it is not.

Every type here turns what a person wrote into one plain shape, so that the models need no unions.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from complain.channels.base import ID, RESERVED
from complain.i18n import _

_DURATION = re.compile(r"(\d+)\s*(s|min|h)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)", re.IGNORECASE)
_HOST = re.compile(r"(?:\*\.)?[^\s/:*?#@]+(?::\d+)?")
_REQUEST = re.compile(r"([A-Z]+) ((?:\*|https?://)\S*)")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_BYTES = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def mistake(problem: str, remedy: str) -> PydanticCustomError:
    """Return the error that carries two sentences to the list of mistakes.

    Args:
        problem: What is wrong.
        remedy: What would be right.
    """
    return PydanticCustomError("complain", "{problem}", {"problem": problem, "remedy": remedy})


def _id(value: str) -> str:
    if ID.fullmatch(value) is None:
        raise mistake(
            _("“{value}” cannot be a channel's id.").format(value=value),
            _("Use letters, digits, “-” and “_”, and begin with a letter or digit."),
        )
    if value in RESERVED:
        raise mistake(
            _("“{value}” cannot be a channel's id: --channels means something else by it.").format(
                value=value
            ),
            _("Give it another id."),
        )
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise mistake(_("The text is empty."), _("Write it, or leave the key out."))
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise mistake(
            _("“{value}” is not an address.").format(value=value),
            _("Write it whole, as https://www.example.cn/complain."),
        )
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    has_rest = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or has_rest:
        raise mistake(
            _("“{value}” is not an origin.").format(value=value),
            _("Write scheme and host only, as https://www.example.cn."),
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _asset(value: str) -> str:
    if _HOST.fullmatch(value) is None:
        raise mistake(
            _("“{value}” is not a host.").format(value=value),
            _("Write a host, as static.example.cn or *.example-cdn.cn, without https://."),
        )
    return value.lower()


def _request(value: str) -> str:
    match = _REQUEST.fullmatch(value)
    if match is None or "?" in value:
        raise mistake(
            _("“{value}” is not a method and an address.").format(value=value),
            _(
                "Write it as POST */tickets/submit/: “*” matches any characters, and the query is not compared."
            ),
        )
    if match.group(1) in SAFE_METHODS:
        raise mistake(
            _("{method} is not a request that writes.").format(method=match.group(1)),
            _("Only requests such as POST or PUT are named here; GET is always let out."),
        )
    return value


def _duration(value: object) -> object:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise mistake(_("This is not a length of time."), _("Write it as 30 s, 10 min or 1 h."))
    return dt.timedelta(seconds=int(match.group(1)) * _SECONDS[match.group(2)])


def _size(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise mistake(
            _("This is not a size."), _('Write it as "2 MB" or "500 KB" (1 MB is 1,000,000 bytes).')
        )
    return int(float(match.group(1)) * _BYTES[match.group(2).upper()])


def _file_type(value: str) -> str:
    kind = value.lower().removeprefix(".")
    if not kind.isalnum():
        raise mistake(
            _("“{value}” is not a type of file.").format(value=value), _('Write it as "jpg" or "pdf".')
        )
    return kind


def _pattern(value: str) -> str:
    try:
        compiled = re.compile(value)
    except re.error as error:
        raise mistake(
            _("The pattern is not a regular expression: {reason}.").format(reason=error),
            _("See docs/form-toml.md, “success”."),
        ) from error
    if compiled.search("") is not None:
        raise mistake(
            _("The pattern matches an empty page, so it would always report success."),
            _("Use the words that only the page of success shows."),
        )
    if set(compiled.groupindex) - {"number"}:
        raise mistake(
            _("The pattern has a group that is not named “number”."),
            _("Name the receipt's group (?P<number>…), and make any other one (?:…)."),
        )
    return value


def _one_or_many(value: object) -> object:
    if isinstance(value, list):
        return tuple(cast("list[object]", value))  # the models are strict: TOML's list is no tuple
    return (value,) if isinstance(value, str) else value


def _check(value: object) -> object:
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return _one_or_many(value)


def _date(value: object) -> object:
    if isinstance(value, list):
        return tuple(_iso(item) for item in cast("list[object]", value))
    return (_iso(value),)


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _table_with(key: str) -> Callable[[object], object]:
    """A plain text stands for the table with that one key."""

    def wrap(value: object) -> object:
        return {key: value} if isinstance(value, str) else value

    return wrap


def _sign(value: object) -> object:
    """A sign is a text or a selector; a selector becomes ``css=…``."""
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        if set(table) == {"css"} and isinstance(table["css"], str) and table["css"].strip():
            return f"css={table['css']}"
        raise mistake(
            _("This is neither a text nor a selector."), _('Write a text, or { css = "…" } for a selector.')
        )
    return value


pattern_table = BeforeValidator(_table_with("pattern"))


def or_text(schema: dict[str, Any]) -> None:
    """Let the schema for editors accept a plain text in place of a table."""
    schema["anyOf"] = [{"type": "string"}, {"$ref": schema.pop("$ref")}]


_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_TRUTH: dict[str, object] = {"anyOf": [{"type": "boolean"}, *_TEXTS["anyOf"]]}
_SIGN_SCHEMA: dict[str, object] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"css": {"type": "string"}}, "required": ["css"]},
    ]
}

Text = Annotated[str, AfterValidator(_filled)]
ChannelId = Annotated[str, AfterValidator(_id)]
Url = Annotated[str, AfterValidator(_url)]
Origin = Annotated[str, AfterValidator(_origin)]
AssetHost = Annotated[str, AfterValidator(_asset)]
RequestGlob = Annotated[str, AfterValidator(_request)]
Pattern = Annotated[str, AfterValidator(_pattern)]
FileType = Annotated[str, AfterValidator(_file_type)]
Duration = Annotated[
    dt.timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\s*(s|min|h)$"}),
]
Size = Annotated[
    int, BeforeValidator(_size), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]})
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many), WithJsonSchema(_TEXTS)]
Checks = Annotated[tuple[Text, ...], BeforeValidator(_check), WithJsonSchema(_TRUTH)]
Dates = Annotated[tuple[Text, ...], BeforeValidator(_date), WithJsonSchema(_TEXTS)]
Sign = Annotated[str, BeforeValidator(_sign), AfterValidator(_filled), WithJsonSchema(_SIGN_SCHEMA)]
