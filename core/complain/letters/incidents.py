"""One incident as one sentence, no more certain than the case is (USERS U20, U21).

Nothing is concluded: a quotation stands as heard, an opinion is called the person's own, what others told says
who told it, and what is only inferred never stands among the facts.
"""

from __future__ import annotations

from collections.abc import Collection

from complain.case.kinds import HOW_NAMES, Answer, Basis, How, IncidentKind
from complain.case.model import Incident
from complain.case.third_parties import mask_others, relation, relation_word
from complain.letters.dates import chinese_date, chinese_time, is_night
from complain.letters.trace import Sourced, clean

KIND_NAMES = {
    IncidentKind.THIRD_PARTY_CONTACT: "联系第三人",
    IncidentKind.NIGHT_CALL: "夜间联系",
    IncidentKind.FREQUENT_CALLS: "本人归为频繁来电",
    IncidentKind.THREAT: "本人认为带有威胁的言语",
    IncidentKind.INSULT: "本人认为带有侮辱的言语",
    IncidentKind.IMPERSONATION: "自称身份未经核实的联系",
    IncidentKind.OTHER: "其他联系",
}
_ANSWERED = {Answer.YES: "，已接通", Answer.NO: "，未接通", Answer.UNKNOWN: "，是否接通不详"}

_SAID = {
    How.CALL: "对方称",
    How.SMS: "短信内容为",
    How.WECHAT: "消息内容为",
    How.VISIT: "对方称",
    How.OTHER: "对方称",
    How.UNKNOWN: "对方称",
}
_INNER_QUOTES = str.maketrans("“”", "‘’")  # a quotation inside the quotation


def incident_sentence(
    incident: Incident,
    number: int,
    *,
    own: Collection[str],
    recordings: Collection[int] = (),
    show_numbers: bool = True,
    note_no_evidence: bool = True,
) -> Sourced:
    """Return an incident as one sentence with its full stop.

    Args:
        incident: What happened.
        number: Its place in the case file, from 1.
        own: Numbers that may be printed (the complainant's own, the callers').
        recordings: Numbers of the evidence that can show what was said in a call.
        show_numbers: False where everyone can read the letter.
        note_no_evidence: Whether to say that nothing proves it yet.
    """
    parts = [
        _mark(incident),
        chinese_time(incident.at, time_known=incident.time_known),
        "，",
        _contact(incident, show_numbers),
        _disclosed(incident),
        _quotation(incident, own),
        _remark(incident),
        _proof(incident, recordings, note_no_evidence),
        "。",
    ]
    return Sourced("".join(parts), f"incidents[{number}]")


def _is_unheard(incident: Incident, recordings: Collection[int]) -> bool:
    """Whether words of a call are quoted that the person heard and no named recording holds."""
    heard = incident.how is How.CALL and incident.basis is Basis.FIRST_HAND and bool(incident.words)
    return heard and not set(incident.evidence) & set(recordings)


def _mark(incident: Incident) -> str:
    if incident.basis is Basis.INFERRED:
        return "〔推测〕可能有此情况："
    if incident.basis is Basis.FIRST_HAND:
        return ""
    teller = f"本人{word}" if (word := relation_word(incident.told_by)) else "他人"
    day = f"于{chinese_date(incident.told_on)}告知" if incident.told_on else "告知（告知日期未记录）"
    return f"〔转述〕据{teller}{day}："


def person(incident: Incident) -> str:
    """Return whom they reached: 本人, 本人亲属（表姐）, 其他第三人."""
    who = relation(incident.reached_note, incident.reached)
    return who if who in ("本人", "其他第三人", "对象不详") else f"本人{who}"


def _contact(incident: Incident, show_numbers: bool) -> str:
    who = person(incident)
    number = clean(incident.number or "") if show_numbers else ""
    match incident.how:
        case How.CALL:
            caller = f"号码{number}致电{who}" if number else f"{who}接到来电{_no_number(incident)}"
            return caller + _answered(incident)
        case How.SMS:
            return f"{who}收到" + (f"号码{number}发来的短信" if number else f"短信{_no_number(incident)}")
        case How.WECHAT:
            return f"{who}收到微信联系" + (f"（账号{number}）" if number else "")
        case How.VISIT:
            return f"有人上门联系{who}"
        case _:
            return f"{who}被联系（{HOW_NAMES[incident.how]}" + (f"，号码{number}）" if number else "）")


def _answered(incident: Incident) -> str:
    spoken = incident.words or incident.disclosed_debt is Answer.YES
    if incident.answered is Answer.UNKNOWN and spoken:
        return ""  # what was said shows that somebody answered
    return _ANSWERED[incident.answered]


def _no_number(incident: Incident) -> str:
    return "（号码略）" if incident.number else "（号码未记录）"


def _disclosed(incident: Incident) -> str:
    if not incident.reached.is_third_party or incident.basis is Basis.INFERRED:
        return ""
    return {
        Answer.YES: "，并透露本人欠款情况",
        Answer.NO: "，未透露本人欠款情况",
        Answer.UNKNOWN: "，是否透露本人欠款情况不详",
    }[incident.disclosed_debt]


def _quotation(incident: Incident, own: Collection[str]) -> str:
    if not incident.words:
        return ""
    words = mask_others(clean(incident.words), own).replace("\n", " ").translate(_INNER_QUOTES)
    return f"；{_SAID[incident.how]}：“{words}”"


def _remark(incident: Incident) -> str:
    said = bool(incident.words)
    match incident.kind:
        case IncidentKind.NIGHT_CALL if not incident.time_known:
            return "；本人记录为夜间"
        case _ if incident.time_known and is_night(incident.at):
            night = "；时间在22:00至次日8:00之间"
            return night + _opinion(incident.kind, said)
        case _:
            return _opinion(incident.kind, said)


def _opinion(kind: IncidentKind, said: bool) -> str:
    unheard = "" if said else "（原话未记录）"
    match kind:
        case IncidentKind.THREAT:
            return f"；本人认为其言语带有威胁{unheard}"
        case IncidentKind.INSULT:
            return f"；本人认为其言语带有侮辱{unheard}"
        case IncidentKind.IMPERSONATION:
            return f"；对方自称的身份未经核实{unheard}"
        case _:
            return ""


def _proof(incident: Incident, recordings: Collection[int], note_no_evidence: bool) -> str:
    """Name the proof, and no more than it can show: a call log shows a call, not what was said in it."""
    listed = "、".join(str(number) for number in incident.evidence)
    if incident.evidence and _is_unheard(incident, recordings):
        return f"（通话情况见证据{listed}，通话内容暂无录音）"
    if incident.evidence:
        return f"（见证据{listed}）"
    return "（暂无证据材料）" if note_no_evidence else ""
