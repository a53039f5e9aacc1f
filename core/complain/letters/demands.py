"""What may be asked for, in sentences that do not backfire (USERS U16, U17; DOMAIN.md §3).

None of them asks to stop collecting, to stop contacting the debtor, to cancel the debt or a credit record, or for
money; none threatens. The person's own words, where there are any, are printed as they are: `complain.rules.words`
warns of those that harm.
"""

from __future__ import annotations

from complain.case.kinds import DemandKind
from complain.case.model import Demand
from complain.letters.trace import Sourced, clean

SENTENCES: dict[DemandKind, str] = {
    DemandKind.STOP_THIRD_PARTIES: "停止联系与本人债务无关的第三人，不向第三人透露本人的欠款信息",
    DemandKind.HOURS: "催收联系请直接与本人进行，时间限于8:00至22:00",
    DemandKind.NAME_AGENCY: "书面告知实施催收的机构全称及其受托关系",
    DemandKind.DATA_ACCOUNT: "书面说明在催收中处理本人个人信息的情况（联系日期、联系方式、实施机构、向何方提供过哪些信息），其中涉及第三人的内容可作遮盖",
    DemandKind.DATA_DELETION: "说明非由本人提供的第三人联系方式的来源，并删除其中履行合同不需要的部分",
    DemandKind.WRITTEN_REPLY: "就本函各项诉求以书面形式答复本人",
    DemandKind.CALL_RECORDS: "提供催收过程中与本人联系的记录（日期、时间、号码、方式），其中涉及第三人的内容可作遮盖",
    DemandKind.REPAYMENT_TALKS: "告知协商还款的官方受理途径（协商另行提出，与本投诉互不为条件）",
    DemandKind.PRESERVE_RECORDINGS: "保存本函所列各次联系的录音和联系记录，在本投诉办结前不予删除",
}


def demand_sentence(demand: Demand, number: int) -> Sourced:
    """Return a demand as it stands in every length of every letter; no full stop at its end.

    Args:
        demand: Its own text, or the sentence of its kind.
        number: Its place in the case, from 1.
    """
    text = clean(demand.text).replace("\n", " ") or SENTENCES[demand.kind]
    return Sourced(text.rstrip("。；;."), f"demands[{number}]")
