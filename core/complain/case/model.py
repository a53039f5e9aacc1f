"""The case file as a validated model, in the terms of the field. `complain.case.load` reads it from a folder.

All models are frozen and refuse unknown keys. What a person does not know is ``None``, ``""`` or the member
``unknown`` of a list: no key but the few of the contract is required.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from complain.case.kinds import (
    Answer,
    Basis,
    DemandKind,
    How,
    IncidentKind,
    LenderSource,
    LenderType,
    Reached,
)
from complain.case.values import (
    CaseId,
    Email,
    EvidencePath,
    IdNumber,
    Line,
    Money,
    OptionalLine,
    OptionalPastDate,
    OptionalProse,
    PastTime,
    Phone,
    Prose,
    RequiredLine,
    YesNo,
    is_date_only,
)


class Table(BaseModel):
    """Base of every table of ``case.toml``."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        validate_default=False,
    )


class Complainant(Table):
    """The person whose matter it is.

    Attributes:
        name: As on the identity card.
        phone: Own number; a mainland mobile number is kept as 11 digits.
        email: Own address; mail channels send from it.
        id_number: Resident identity number, or None: then it is read from the system's password store where
            a form needs it.
        address: For letters; left out unless a form requires it (USERS U3).
        reachable_at: Hours in which the own phone is answered, as ``8:00–22:00``; only when the person has
            confirmed it as true (USERS U16).
    """

    name: RequiredLine
    phone: Phone
    email: Email
    id_number: IdNumber = None
    address: OptionalLine = None
    reachable_at: OptionalLine = None


class Platform(Table):
    """The app or site through which the loan was taken; not the lender (USERS U13).

    Attributes:
        name: Its company or brand; empty when not known.
        app: The app's name, or None.
    """

    name: Line = ""
    app: OptionalLine = None


class Loan(Table):
    """One loan. Every figure is what the person was shown, in yuan with at most two decimals.

    Attributes:
        product: Name of the product, empty when not known.
        contract_number: Number of the contract or 借据, or None.
        lender: 放款主体, as named in the contract; empty when not known.
        lender_type: Decides which body is competent.
        lender_source: Where the lender is known from.
        principal: Yuan, or None.
        interest: Yuan, or None.
        fees: Late and other fees in yuan, or None.
        as_of: The day on which the figures were shown, or None.
        overdue_since: First overdue day, or None.
        assignment_notice: Whether a notice of assignment of the debt (债权转让通知) was received.
    """

    product: Line = ""
    contract_number: OptionalLine = None
    lender: Line = ""
    lender_type: LenderType = LenderType.UNKNOWN
    lender_source: LenderSource = LenderSource.UNKNOWN
    principal: Money = None
    interest: Money = None
    fees: Money = None
    as_of: OptionalPastDate = None
    overdue_since: OptionalPastDate = None
    assignment_notice: YesNo = Answer.UNKNOWN


class CollectionAgency(Table):
    """The agency that collects for the lender, as far as it is known.

    Attributes:
        name: As it called itself or as the institution named it; empty when not known.
        known_from: How the person knows it, or None.
    """

    name: Line = ""
    known_from: OptionalLine = None


class Complaint(Table):
    """What the complaint is about.

    Attributes:
        subject: One line. Some forms take no more than 30 characters.
        summary: In the person's own words; may be empty.
    """

    subject: RequiredLine
    summary: Prose = ""


class Incident(Table):
    """One thing that happened.

    Attributes:
        at: When, in China's time (aware, +08:00). A file's local time means China's.
        time_known: False when the file names only the day; ``at`` is then midnight, which says nothing. Use
            `when` to print it.
        kind: What was wrong with it.
        number: The number or account that they used, as shown, or None.
        reached: Whom they reached.
        reached_note: The relation only, as 同事; never a name or a number.
        how: By what means.
        answered: Whether the call was answered.
        words: As heard or read, or None. Nothing else is ever printed as a quotation.
        disclosed_debt: Whether the debt was disclosed to a third party.
        basis: How the complainant knows of it. Left out: ``told`` when a third party was reached or
            somebody is named who told it, else ``first-hand``.
        told_by: Who told it (the relation is enough), when ``basis`` is ``told``.
        told_on: On which day it was told.
        evidence: 1-based numbers of the case's evidence.
    """

    at: PastTime
    time_known: bool = True
    kind: IncidentKind = IncidentKind.OTHER
    number: OptionalLine = None
    reached: Reached = Reached.UNKNOWN
    reached_note: OptionalLine = None
    how: How = How.UNKNOWN
    answered: YesNo = Answer.UNKNOWN
    words: OptionalProse = None
    disclosed_debt: YesNo = Answer.UNKNOWN
    basis: Basis = Basis.FIRST_HAND
    told_by: OptionalLine = None
    told_on: OptionalPastDate = None
    evidence: tuple[Annotated[int, Field(ge=1)], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _infer(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        table = dict(cast("Mapping[str, object]", data))
        if is_date_only(table.get("at")):
            table.setdefault("time_known", False)
        third_party = table.get("reached") in [who.value for who in Reached if who.is_third_party]
        if third_party or table.get("told_by") or table.get("told_on"):
            table.setdefault("basis", Basis.TOLD.value)
        return table

    @model_validator(mode="after")
    def _told(self) -> Incident:
        if self.told_on is not None and self.told_on < self.at.date():
            raise PydanticCustomError("told_before", "told_before")
        if self.basis is not Basis.TOLD and (self.told_by or self.told_on):
            raise PydanticCustomError("told_basis", "told_basis")
        return self

    @property
    def when(self) -> str:
        """The day and, when it is known, the time: ``2026-10-01 23:10`` or ``2026-10-01``."""
        return f"{self.at:%Y-%m-%d %H:%M}" if self.time_known else f"{self.at:%Y-%m-%d}"


class Contact(Table):
    """One earlier contact with the institution: what was asked, and what came back.

    Attributes:
        at: The day, or None when it is not known.
        channel: Where, as 客服热线; empty when not known.
        with_whom: Name or number of the agent, or the department; empty when not known.
        number: 工单号, or None.
        asked: What was asked for.
        answer: What was answered, or None when nothing was.
    """

    at: OptionalPastDate = None
    channel: Line = ""
    with_whom: Line = ""
    number: OptionalLine = None
    asked: Prose = ""
    answer: OptionalProse = None


class Demand(Table):
    """One thing that is asked for.

    Attributes:
        kind: From a list; ``other`` needs `text`.
        text: In the person's own words; empty: the letter's own sentence for the kind.
    """

    kind: DemandKind = DemandKind.OTHER
    text: Prose = ""

    @model_validator(mode="after")
    def _says_something(self) -> Demand:
        if self.kind is DemandKind.OTHER and not self.text:
            raise PydanticCustomError("demand_empty", "demand_empty")
        return self


_RECORDINGS = frozenset(
    {"mp3", "m4a", "wav", "amr", "aac", "ogg", "opus", "wma", "mp4", "mov", "3gp", "mkv", "webm"}
)


class Evidence(Table):
    """One file that shows something. Its number is its place in the file, from 1.

    Attributes:
        file: Relative to the case folder, with ``/`` on every system.
        title: What the person calls it; empty: the file's name.
        shows: What it shows, or None.
        taken_on: When it was made, or None.
        redacted: A copy in which the person blacked out parts; it is sent instead. None: none was made.
    """

    file: EvidencePath
    title: Line = ""
    shows: OptionalLine = None
    taken_on: OptionalPastDate = None
    redacted: EvidencePath | None = None

    @property
    def is_recording(self) -> bool:
        """Whether it can show what was said: sound or film, by the file's ending."""
        return self.file.rpartition(".")[2].lower() in _RECORDINGS

    @property
    def sent_file(self) -> str:
        """What others get: the copy with parts blacked out, where there is one."""
        return self.redacted or self.file

    @property
    def name(self) -> str:
        """The title, or the file's name where there is none."""
        return self.title or self.file.rsplit("/", 1)[-1]


class Respondent(Table):
    """Who is complained about, in one place for a form's fields.

    Attributes:
        name: The first lender that is known, else the platform; empty when neither is.
        lender: The first lender that is known; empty when none is.
        platform: Name of the platform; empty when not known.
        agency: Name of the collection agency; empty when not known.
        product: Of the first loan; empty when not known.
        contract_number: Of the first loan that has one; empty when none has.
    """

    name: str
    lender: str
    platform: str
    agency: str
    product: str
    contract_number: str


class Case(Table):
    """One person, one matter.

    Attributes:
        id: Short name of small letters, digits and hyphens; part of folder names, tells nothing personal.
        complainant: The person whose matter it is.
        platform: The app or site; its name may be empty.
        loans: As many as the bill holds; may be empty.
        collection_agency: None when none is known.
        complaint: Subject and summary.
        incidents: At least one, in the file's order; see `incidents_in_time`.
        contacts: Earlier contacts with the institution.
        demands: At least one.
        evidence: Numbered from 1 in this order; may be empty.
    """

    id: CaseId
    complainant: Complainant
    platform: Platform = Platform()
    loans: tuple[Loan, ...] = ()
    collection_agency: CollectionAgency | None = None
    complaint: Complaint
    incidents: Annotated[tuple[Incident, ...], Field(min_length=1)]
    contacts: tuple[Contact, ...] = ()
    demands: Annotated[tuple[Demand, ...], Field(min_length=1)]
    evidence: tuple[Evidence, ...] = ()

    @property
    def incidents_in_time(self) -> tuple[Incident, ...]:
        """The incidents, earliest first."""
        return tuple(sorted(self.incidents, key=lambda incident: incident.at))

    @property
    def recordings(self) -> frozenset[int]:
        """The numbers of the evidence that can show what was said."""
        return frozenset(number for number, item in enumerate(self.evidence, 1) if item.is_recording)

    @property
    def respondent(self) -> Respondent:
        """Who is complained about."""
        lender = next((loan.lender for loan in self.loans if loan.lender), "")
        return Respondent(
            name=lender or self.platform.name,
            lender=lender,
            platform=self.platform.name,
            agency=self.collection_agency.name if self.collection_agency else "",
            product=next((loan.product for loan in self.loans if loan.product), ""),
            contract_number=next((loan.contract_number for loan in self.loans if loan.contract_number), ""),
        )


__all__ = [
    "Answer",
    "Basis",
    "Case",
    "CollectionAgency",
    "Complainant",
    "Complaint",
    "Contact",
    "Demand",
    "DemandKind",
    "Evidence",
    "How",
    "Incident",
    "IncidentKind",
    "LenderSource",
    "LenderType",
    "Loan",
    "Platform",
    "Reached",
    "Respondent",
    "Table",
]
