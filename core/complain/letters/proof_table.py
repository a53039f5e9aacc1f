"""事实—证据—依据对照表: each statement of a letter beside the record, the evidence and the basis it rests on (U25)."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import groupby

from complain.case.kinds import Basis
from complain.case.model import Case
from complain.letters.compose import Letter
from complain.letters.trace import Sentence
from complain.model import ProofRow

_RECORD = re.compile(r"(incidents|contacts|loans)\[(\d+)\]")
_NAMES = {"incidents": "经过第{}项", "contacts": "沟通第{}项", "loans": "借款第{}笔"}
_TABLES = {
    "complaint": "经过自述",
    "receipts": "办理记录",
    "repayment": "还款方案",
    "collection_agency": "催收机构",
}
_KNOWN = {Basis.FIRST_HAND: "亲历", Basis.TOLD: "转述", Basis.INFERRED: "推测"}


def proof_rows(case: Case, letter: Letter) -> list[ProofRow]:
    """Return the table of a letter: every statement that rests on a fact of the case, a filing or the plan.

    Args:
        case: The facts.
        letter: A letter of this case.
    """
    rows: list[ProofRow] = []
    for sources, group in groupby(letter.sentences, key=lambda sentence: sentence.sources):
        records = [(name, int(number)) for name, number in _RECORD.findall(" ".join(sources))]
        tables = dict.fromkeys(
            name for source in sources if (name := _TABLES.get(re.split(r"[.\[]", source)[0]))
        )
        if records or tables:
            rows.append(_row(case, "".join(_statement(sentence) for sentence in group), records, tables))
    return rows


def _statement(sentence: Sentence) -> str:
    return re.sub(r"^\d+\. ?", "", sentence.text)


def _row(case: Case, statement: str, records: list[tuple[str, int]], tables: Collection[str]) -> ProofRow:
    incidents = [case.incidents[number - 1] for name, number in records if name == "incidents"]
    evidence = sorted({number for incident in incidents for number in incident.evidence})
    known = dict.fromkeys(_KNOWN[incident.basis] for incident in incidents)
    return ProofRow(
        statement,
        "、".join([*(_NAMES[name].format(number) for name, number in records), *tables]),
        "、".join(f"证据{number}" for number in evidence) or ("暂无" if incidents else "—"),
        "、".join(known),
    )
