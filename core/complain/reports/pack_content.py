"""What a hand-over pack holds, before it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from complain.handover import EntryPoint, HandoverField, HandoverSheet, TelephoneSheet
from complain.model import Action, Attachment, Draft, PlannedField
from complain.reports.preview import PreviewField

Render = Callable[[str], str]
# An inference is never told as a fact (USERS U21), on the phone least of all.
_EVENTS = (
    "{% for incident in incidents %}{% if incident.basis != 'inferred' %}"
    "{{ incident.sentence }}\n{% endif %}{% endfor %}"
)
_DEMANDS = "{% for demand in demands %}{{ demand.text }}\n{% endfor %}"


@dataclass(frozen=True)
class PackLetter:
    """One length of the letter.

    Attributes:
        name: Which letter at which length, as ``platform/short``.
        text: The whole of it.
    """

    name: str
    text: str


@dataclass(frozen=True)
class PackCall:
    """What is in sight during a call.

    Attributes:
        script: To read aloud, rendered.
        questions: To ask before hanging up.
        facts: Name and value of each fact.
        events: What happened, one sentence each, without what is only inferred.
        demands: What is asked for, one sentence each.
        note: What to mind.
    """

    script: str
    questions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    events: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class PackContent:
    """All that goes into the pack of one channel.

    Attributes:
        channel: The channel's id.
        title: As a person calls it.
        case_id: The case.
        fields: In page order, with their values in full: the pack is for the person alone.
        sheet: What is known for doing it by hand; None for a form that brought none.
        letter: The letter that was chosen.
        letters: Further lengths of it, any order.
        attachments: As they may be sent.
        reason: Why it is handed over, one sentence.
        remarks: What the person should know before filing: evidence that is left out, a letter that is too long.
        address: The form's own address, or the mailbox that the person configured; empty for none.
        entries: The ways in that serve this case; all of the sheet's when None.
        call: For calling; None when there is no telephone.
        practice: The desk stands on this machine: no real entry point is shown.
        case_folder: The case folder, as ``complain resolve`` is told of it; empty for the current one.
        options: Further options of that command, as ``--home`` and its folder.
        has_own_labels: Whether labels and order are the page's own, as a ``form.toml`` has them; else presumed.
        buttons: What is pressed at the end of each page but the last.
        submit: What is pressed at the very end, and in the dialog after it; empty where nobody knows it.
        rehearsal: In practice: how the desk is reached, one step each.
    """

    channel: str
    title: str
    case_id: str
    fields: tuple[PreviewField, ...]
    sheet: HandoverSheet | None = None
    letter: str = ""
    letters: tuple[PackLetter, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reason: str = ""
    remarks: tuple[str, ...] = ()
    address: str = ""
    entries: tuple[EntryPoint, ...] | None = None
    call: PackCall | None = None
    practice: bool = False
    case_folder: str = ""
    options: tuple[str, ...] = ()
    has_own_labels: bool = False
    buttons: tuple[str, ...] = ()
    submit: tuple[str, ...] = ()
    rehearsal: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do, in order, before the fields are reached."""
        if self.practice:
            return self.rehearsal
        return self.sheet.steps if self.sheet else ()

    @property
    def ways_in(self) -> tuple[EntryPoint, ...]:
        """The entry points that the page shows."""
        if self.practice or self.sheet is None:
            return ()
        return self.sheet.entries if self.entries is None else self.entries

    @property
    def real_call(self) -> PackCall | None:
        """The call that the pack prepares; none in practice, where nobody may be rung up."""
        return None if self.practice else self.call

    @property
    def is_telephone(self) -> bool:
        """Whether calling is the only way."""
        return self.sheet is not None and self.sheet.kind == "telephone" and self.real_call is not None

    @property
    def shorter_letters(self) -> tuple[PackLetter, ...]:
        """Letters shorter than the chosen one, the longest first."""
        shorter = (letter for letter in self.letters if 0 < len(letter.text) < len(self.letter))
        return tuple(sorted(shorter, key=lambda letter: -len(letter.text)))


def sheet_fields(sheet: HandoverSheet, render: Render) -> tuple[PreviewField, ...]:
    """Return a sheet's fields with their values; a value that comes out empty is left out.

    Args:
        sheet: What is known for doing it by hand.
        render: Renders one template with the names that a ``form.toml`` may use.
    """
    filled = (_filled(field, render) for field in sheet.fields)
    return tuple(field for field in filled if field.value or (field.note and not field.source))


def _filled(field: HandoverField, render: Render) -> PreviewField:
    value = render(field.value).strip() if field.value else ""
    return PreviewField(
        page=field.page,
        name=field.label,
        value=value,
        source=field.value,
        sensitive="complainant." in field.value or "contract_number" in field.value,
        note=" ".join(part for part in (_limit(field, value), field.note) if part),
    )


def _limit(field: HandoverField, value: str) -> str:
    if field.max is None:
        return ""
    if len(value) <= field.max:
        return f"这一栏最多 {field.max} 字。"
    return f"这一栏最多 {field.max} 字，这段文字有 {len(value)} 字，请先改用较短的一份，不要让页面自动截断。"


def draft_fields(draft: Draft) -> tuple[PreviewField, ...]:
    """Return a draft's own fields for doing by hand: a form's labels are the page's own; a bare letter is one."""
    if draft.mail is not None:
        rows = (("收件人", draft.mail.recipient), ("主题", draft.mail.subject), ("正文", draft.letter))
        return tuple(PreviewField(1, name, value, "", sensitive=False) for name, value in rows)
    planned = [(number, field) for number, page in enumerate(draft.pages, 1) for field in page.fields]
    if not planned:
        return (PreviewField(1, "投诉内容", draft.letter, "{{ letter }}", sensitive=False),)
    return tuple(_planned(number, field) for number, field in planned)


def _planned(number: int, field: PlannedField) -> PreviewField:
    # A fact that stands in the password store only must not come to lie in a file.
    by_hand = "id_number" in field.source
    value = "\n".join(field.values) if field.action is Action.VALUE and not by_hand else ""
    return PreviewField(
        page=number,
        name=field.name or _UNNAMED.get(field.ask or "", "确认"),
        value=value,
        source=field.source,
        sensitive=field.sensitive,
        note="请本人在页面上填写，这里不写。" if by_hand else _what_to_do(field, value),
    )


_UNNAMED = {"sms": "短信验证码", "captcha": "图形验证码", "qr": "扫码", "slider": "滑块验证"}
_YES_OR_NO = ("true", "false")


def _what_to_do(field: PlannedField, value: str) -> str:
    """Return what the hand does at a field where nothing is pasted; a list is chosen from, not pasted into."""
    chosen = [value for value in field.values if value and value not in _YES_OR_NO]
    match field.action:
        case Action.CHECK:
            return f"勾选：{'、'.join(chosen)}" if chosen else "读过之后由您本人勾选。"
        case Action.FILES:
            return "上传第 3 步列出的附件。"
        case Action.ASK:
            return (
                f"请本人在页面上完成：点“{field.send}”，再输入收到的。"
                if field.send
                else "请本人在页面上完成。"
            )
        case Action.CHOOSE:
            return f"在页面上选：{'、'.join(chosen)}" if chosen else "在页面上选。"
        case Action.CASCADE:
            return f"逐级选：{' → '.join(chosen)}"
        case Action.DATE:
            return f"选日期：{'、'.join(chosen)}" if chosen else "不填。"
        case _:
            return "" if value else "不填。"


def sheet_call(telephone: TelephoneSheet, render: Render) -> PackCall:
    """Return what is in sight during a call; a fact that the case lacks is left out.

    Args:
        telephone: The sheet's telephone table.
        render: Renders one template.
    """
    facts = ((fact.label, render(fact.value).strip()) for fact in telephone.facts)
    return PackCall(
        script="".join(line.strip() for line in render(telephone.script).splitlines()),
        questions=telephone.questions,
        facts=tuple((name, value) for name, value in facts if value),
        events=_lines(render(_EVENTS)),
        demands=_lines(render(_DEMANDS)),
        note=telephone.note,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())
