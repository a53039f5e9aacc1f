"""``form.toml``: a form channel as data (contract; ``docs/form-toml.md`` describes every key).

`load_definition` reads a file and names every mistake at once. The models are frozen and hold templates, not
values: rendering them belongs to the filing. This module imports pydantic, so the command line imports it late.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from complain.case.lines import KeyLines
from complain.channels.definition_checks import whole_file_mistakes
from complain.channels.definition_mistakes import as_mistakes, findings_of
from complain.channels.definition_table import API_VERSION, parse_toml, read_text, refuse
from complain.channels.definition_values import (
    AssetHost,
    ChannelId,
    Checks,
    Dates,
    Duration,
    FileType,
    Origin,
    Pattern,
    RequestGlob,
    Sign,
    Size,
    Text,
    Texts,
    Url,
    mistake,
    or_text,
    pattern_table,
)
from complain.handover import Body
from complain.i18n import _
from complain.model import Action, ChallengeKind, is_done_in_window

_ACTIONS = tuple(action.value for action in Action)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class ChannelTable(_Table):
    """``[channel]``: who the channel is, where it is, and where personal data may go."""

    id: ChannelId = Field(description="Name of the channel on the command line.")
    title: Text = Field(default="", description="What a person calls it; the id when left out.")
    url: Url = Field(description="Address of the form.")
    stage: Literal[1, 2] = Field(default=1, description="1 the platform's own channels, 2 bodies outside it.")
    body: Body | None = Field(
        default=None, description="Who receives it; by its stage when left out: institution or regulator."
    )
    origins: tuple[Origin, ...] = Field(
        default=(), description="Further origins that may receive personal data.", strict=False
    )
    assets: tuple[AssetHost, ...] = Field(
        default=(), description="Further hosts that the page may load from.", strict=False
    )
    device: Text = Field(default="desktop", description='"desktop" or a Playwright device name.')
    verified: dt.date | None = Field(default=None, description="The day a person last saw it work.")
    fresh: Duration = Field(
        default=dt.timedelta(minutes=10), description="How long a filled form may wait for the confirm."
    )
    allow: tuple[RequestGlob, ...] = Field(
        default=(), description="Requests that the form needs before the submit.", strict=False
    )
    uploads: tuple[RequestGlob, ...] = Field(
        default=(), description="Uploads that run only after the confirm.", strict=False
    )
    api_version: int = Field(default=API_VERSION, description="Version of this format.")
    public: bool = Field(default=False, description="What is filed there can be read by everyone.")

    @property
    def name(self) -> str:
        """The title, or the id where there is none."""
        return self.title or self.id


class LetterLimit(_Table):
    """``letter = { … }``: how long the letter may be."""

    min: int = Field(default=0, ge=0, description="Fewest.")
    max: int | None = Field(default=None, gt=0, description="Most.")
    count: Literal["chars", "utf16", "bytes"] = Field(
        default="chars", description="How the site counts; a newline is one."
    )

    @model_validator(mode="after")
    def _ordered(self) -> LetterLimit:
        if self.max is not None and self.min > self.max:
            raise mistake(_("“min” is more than “max”."), _("Exchange them."))
        return self

    def length(self, text: str) -> int:
        """Return the length of ``text`` as the site counts it; every kind of newline is one."""
        plain = text.replace("\r\n", "\n")
        if self.count == "bytes":
            return len(plain.encode())
        return len(plain) if self.count == "chars" else len(plain.encode("utf-16-le")) // 2

    def admits(self, text: str) -> bool:
        """Say whether ``text`` is neither too short nor too long."""
        return self.min <= self.length(text) and (self.max is None or self.length(text) <= self.max)


class AttachmentLimit(_Table):
    """``attachments = { … }``: how many files, how large, of which types."""

    max: int | None = Field(default=None, ge=0, description="Most files.")
    size: Size | None = Field(default=None, description="Most bytes of one file.")
    types: tuple[FileType, ...] = Field(default=(), description="File types; none means any.", strict=False)

    def admits_type(self, file_name: str) -> bool:
        """Say whether a file of this name is of an accepted type; ``jpg`` includes ``jpeg``."""
        kind = file_name.rpartition(".")[2].lower()
        same: tuple[str, ...] = ("jpg", "jpeg") if kind in ("jpg", "jpeg") else (kind,)
        return not self.types or any(name in self.types for name in same)


class LimitsTable(_Table):
    """``[limits]``: what the form takes; nothing is ever cut to fit."""

    letter: LetterLimit = Field(default=LetterLimit(), description="How long the letter may be.")
    attachments: AttachmentLimit = Field(default=AttachmentLimit(), description="Which files it takes.")


class FieldTable(_Table):
    """One entry of ``fields``: how the field is found, and the one thing done with it."""

    label: Text = Field(default="", description="What a person reads beside the field.")
    css: Text = Field(default="", description="A selector, where the page names nothing.")
    frame: Text = Field(default="", description="Selector or address glob of the frame that holds it.")
    value: str | None = Field(default=None, description="The text to type.")
    choose: Texts | None = Field(default=None, description="The option or options to choose.")
    check: Checks | None = Field(default=None, description="true, or the boxes to tick.")
    files: Literal["evidence"] | None = Field(default=None, description="The files to upload.")
    date: Dates | None = Field(default=None, description="An ISO date; two for a range.")
    cascade: Texts | None = Field(default=None, description="The levels to choose, outermost first.")
    ask: ChallengeKind | None = Field(default=None, description="What only a person can give.")
    send: Text = Field(default="", description="The button that sends the code; only with ask.")
    picture: Text = Field(default="", description="Selector of the picture to show; only with ask.")
    sensitive: bool = Field(default=False, description="Masked in pictures and tables.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> FieldTable:
        given = [name for name in _ACTIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise mistake(
                _("A field has exactly one of {actions}; this one has {given}.").format(
                    actions=", ".join(_ACTIONS), given=", ".join(given) or _("none")
                ),
                _("Keep one of them."),
            )
        return self._is_found()._is_whole()

    def _is_found(self) -> FieldTable:
        if not (self.label or self.css) and self.ask not in ("qr", "slider", "confirm"):
            raise mistake(_("Nothing says how the field is found."), _('Add label = "…", or css = "…".'))
        return self

    def _is_whole(self) -> FieldTable:
        if self.ask is None and (self.send or self.picture):
            raise mistake(_("“send” and “picture” belong to “ask”."), _("Leave them out."))
        if self.date is not None and len(self.date) not in (1, 2):
            raise mistake(_("A date is one day, or two for a range."), _("Give one or two."))
        for name in ("choose", "check", "cascade"):
            if getattr(self, name) == ():
                raise mistake(_("“{key}” names no option.").format(key=name), _("Name at least one."))
        return self

    @property
    def is_done_in_window(self) -> bool:
        """Whether only a person who sees the browser can do it."""
        return self.ask is not None and is_done_in_window(self.ask, has_picture=bool(self.picture))

    @property
    def name(self) -> str:
        """The label, or the selector, or the kind of challenge."""
        return self.label or self.css or str(self.ask)

    @property
    def action(self) -> Action:
        """What is done with the field."""
        return next(action for action in Action if getattr(self, action.value) is not None)

    @property
    def templates(self) -> tuple[str, ...]:
        """The texts of the action, still with their placeholders; empty for ``ask``.

        ``("true",)`` or ``("false",)`` for a plain ``check``; ``("evidence",)`` for ``files``.
        """
        if self.action is Action.ASK:
            return ()
        given: str | tuple[str, ...] = getattr(self, self.action.value)
        return (given,) if isinstance(given, str) else given


class PageTable(_Table):
    """One ``[[page]]``: its fields in page order and the button that leads on."""

    fields: tuple[FieldTable, ...] = Field(default=(), description="In page order.", strict=False)
    next: Text = Field(default="", description="Button that leads to the next page.")
    wait: Sign = Field(default="", description="A text or selector that shows that the page is ready.")
    frame: Text = Field(default="", description="Selector or address glob of the frame of all its fields.")
    when: Text = Field(default="", description="A condition on the case; the page is left out without it.")
    allow: tuple[RequestGlob, ...] = Field(
        default=(), description="Requests that this page needs before the submit.", strict=False
    )
    uploads: tuple[RequestGlob, ...] = Field(
        default=(), description="Uploads of this page that run only after the confirm.", strict=False
    )


class SubmitTable(_Table):
    """``[submit]``: the button that files, pressed once."""

    button: Text = Field(description="Name of the button; compared exactly.")
    confirm: Text = Field(default="", description="Button of a dialog that asks again.")
    request: RequestGlob | None = Field(default=None, description="The one request that files.")


class SuccessTable(_Table):
    """How success looks: a pattern in the page's text, in the address, or in one element."""

    pattern: Pattern | None = Field(default=None, description="Searched in the visible text, or in css.")
    url: Pattern | None = Field(default=None, description="Searched in the final address.")
    css: Text | None = Field(default=None, description="The element that shows the receipt.")

    @model_validator(mode="after")
    def _is_one_sign(self) -> SuccessTable:
        if (self.url is None) == (self.pattern is None and self.css is None):
            raise mistake(
                _("A sign of success is a pattern, a url, or a css with a pattern."),
                _('Write success = "…", { url = "…" } or { css = "…", pattern = "…" }.'),
            )
        return self


class OutcomeTable(_Table):
    """``[outcome]``: what the page shows after the press."""

    success: Annotated[SuccessTable, pattern_table] = Field(
        description="How success looks.", json_schema_extra=or_text
    )
    refusal: tuple[Text, ...] = Field(default=(), description="Texts of a refusal.", strict=False)
    duplicate: tuple[Text, ...] = Field(
        default=(), description="Texts that mean “already filed”.", strict=False
    )
    challenge: tuple[Text, ...] = Field(default=(), description="Texts that ask for a person.", strict=False)


class LoginTable(_Table):
    """``[login]``: where to log in and how being logged in shows."""

    url: Url = Field(description="Address of the log-in page.")
    done: Sign = Field(description="A text or selector that only a logged-in person sees.")
    fields: tuple[FieldTable, ...] = Field(
        default=(), description="Filled from the keyring; none when a person logs in.", strict=False
    )
    button: Text = Field(default="", description="The button that logs in.")

    @model_validator(mode="after")
    def _is_whole(self) -> LoginTable:
        if bool(self.fields) != bool(self.button):
            raise mistake(
                _("“fields” and “button” of a log-in belong together."),
                _("Give both, or neither when a person logs in."),
            )
        return self


class ListTable(_Table):
    """``[list]``: the channel's own list of what was filed, read to settle an unknown outcome."""

    url: Url = Field(description="Address of the list.")
    wait: Sign = Field(description="A text or selector that shows that the list is loaded.")
    entry: Text = Field(description="Selector of one entry, which shows a date.")
    number: Pattern = Field(description="Searched in an entry's text; its group “number” is the receipt.")
    match: Literal["subject", "letter"] = Field(
        default="subject",
        description="By what an entry is recognised: the subject, or how the letter begins.",
    )
    authoritative: bool = Field(default=False, description="It is complete: what it lacks was not filed.")

    @model_validator(mode="after")
    def _names_its_number(self) -> ListTable:
        if "(?P<number>" not in self.number:
            raise mistake(
                _("The pattern of the list's number has no group “number”."),
                _("Write it as '编号[:：]?\\s*(?P<number>[A-Z0-9-]+)'."),
            )
        return self


class FormDefinition(_Table):
    """A whole ``form.toml``."""

    channel: ChannelTable = Field(description="Who and where the channel is.")
    limits: LimitsTable = Field(default=LimitsTable(), description="What the form takes.")
    pages: tuple[PageTable, ...] = Field(
        alias="page", min_length=1, description="The form's pages in order.", strict=False
    )
    submit: SubmitTable = Field(description="The button that files.")
    outcome: OutcomeTable = Field(description="What the page shows after the press.")
    login: LoginTable | None = Field(default=None, description="How to log in.")
    list: ListTable | None = Field(default=None, description="The channel's own list of what was filed.")

    @property
    def uploads(self) -> tuple[str, ...]:
        """The uploads that run only after the confirm, wherever they are declared."""
        return (*self.channel.uploads, *(rule for page in self.pages for rule in page.uploads))

    def needs_window(self, *, dry_run: bool) -> bool:
        """Say whether a person has something to do in the browser itself, as to move a slider.

        Args:
            dry_run: The last page's challenges are left for the day on which it is sent.
        """
        pages = self.pages[:-1] if dry_run else self.pages
        fields = [field for page in pages for field in page.fields]
        return self.login_needs_window or any(field.is_done_in_window for field in fields)

    @property
    def login_needs_window(self) -> bool:
        """Whether a person who logs in has something to do in the browser itself."""
        return self.login is not None and any(field.is_done_in_window for field in self.login.fields)


def load_definition(path: Path) -> FormDefinition:
    """Return the channel definition at ``path``.

    Args:
        path: The ``*.toml`` file.

    Raises:
        DefinitionMistakes: The file has mistakes; all are named with line, key and remedy.
    """
    text = read_text(path)
    return validate_definition(path, parse_toml(path, text), text)


def validate_definition(path: Path, data: dict[str, object], text: str) -> FormDefinition:
    """Return the definition that ``data`` holds.

    Args:
        path: Named in the mistakes.
        data: The parsed TOML.
        text: The TOML itself, for line numbers.

    Raises:
        DefinitionMistakes: See `load_definition`.
    """
    definition, findings = None, whole_file_mistakes(data)
    try:
        definition = FormDefinition.model_validate(data)
    except ValidationError as error:
        findings = [*findings_of(error, KNOWN_KEYS), *findings]
    if definition is None or findings:
        raise refuse(path, as_mistakes(path, findings, KeyLines(text)))
    return definition


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of ``form.toml``, for editors."""
    schema = FormDefinition.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _keys(table: type[_Table]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in table.model_fields.items())


TABLES: dict[tuple[str, ...], type[_Table]] = {
    (): FormDefinition,
    ("channel",): ChannelTable,
    ("limits",): LimitsTable,
    ("limits", "letter"): LetterLimit,
    ("limits", "attachments"): AttachmentLimit,
    ("page",): PageTable,
    ("page", "fields"): FieldTable,
    ("submit",): SubmitTable,
    ("outcome",): OutcomeTable,
    ("outcome", "success"): SuccessTable,
    ("login",): LoginTable,
    ("login", "fields"): FieldTable,
    ("list",): ListTable,
}
KNOWN_KEYS = {path: _keys(table) for path, table in TABLES.items()}
