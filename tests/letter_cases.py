"""Four fictional cases for letters and rules: a bank, a consumer-finance company, a small-loan company, no evidence yet."""

from __future__ import annotations

import datetime as dt

from complain.case.model import Case
from complain.environment import CHINA
from complain.letters.state import ReceiptFact
from complain.model import Outcome

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)

PERSON = {
    "name": "林示例",
    "phone": "13900001234",
    "email": "lin@example.com",
    "reachable_at": "8:00–22:00",
}


def case_of(**changes: object) -> Case:
    """Return a small-loan case with the given tables changed."""
    tables = {**_small_loan(), **changes}
    return Case.model_validate(tables, context={"now": NOW})


def _small_loan() -> dict[str, object]:
    return {
        "id": "small-loan",
        "complainant": PERSON,
        "platform": {"name": "星河分期平台（虚构）", "app": "星河分期"},
        "loans": [
            {
                "product": "星河借",
                "contract_number": "XHJ-2026-000123",
                "lender": "示范小额贷款有限公司",
                "lender_type": "small-loan",
                "lender_source": "contract",
                "principal": "12000.00",
                "interest": "356.40",
                "fees": "188.00",
                "as_of": "2026-11-01",
                "overdue_since": "2026-08-15",
                "assignment_notice": "no",
            }
        ],
        "collection_agency": {"name": "虚构信息咨询公司", "known_from": "来电方自称"},
        "complaint": {"subject": "催收联系本人亲属和单位", "summary": "本人8月起逾期，一直愿意协商。"},
        "incidents": [
            {
                "at": "2026-10-08T22:41:00",
                "kind": "night-call",
                "number": "02100000001",
                "reached": "self",
                "how": "call",
                "answered": "yes",
                "words": "今天不还就上门。",
                "evidence": [1],
            },
            {
                "at": "2026-10-12T10:05:00",
                "kind": "third-party-contact",
                "number": "02100000002",
                "reached": "family",
                "reached_note": "表姐",
                "how": "call",
                "answered": "yes",
                "words": "她欠我们钱，让她马上还。",
                "disclosed_debt": "yes",
                "told_by": "表姐",
                "told_on": "2026-10-12",
                "evidence": [2],
            },
            {
                "at": "2026-10-15T15:20:00",
                "kind": "third-party-contact",
                "number": "02100000002",
                "reached": "employer",
                "reached_note": "公司前台王丽",
                "how": "call",
                "answered": "yes",
                "told_by": "王丽",
                "told_on": "2026-10-16",
            },
            {
                "at": "2026-11-03",
                "kind": "threat",
                "number": "10690000000",
                "reached": "self",
                "how": "sms",
                "words": "再不处理后果自负",
                "evidence": [3],
            },
            {
                "at": "2026-11-04T09:00:00",
                "kind": "other",
                "reached": "friend",
                "how": "wechat",
                "basis": "inferred",
            },
        ],
        "contacts": [
            {
                "at": "2026-10-16",
                "channel": "客服热线",
                "with_whom": "工号0001",
                "number": "GD20261016001",
                "asked": "停止联系本人的亲属",
            }
        ],
        "demands": [
            {"kind": "stop-third-parties"},
            {"kind": "hours"},
            {"kind": "name-agency"},
            {"kind": "data-account"},
            {"kind": "preserve-recordings"},
            {"kind": "written-reply"},
        ],
        "evidence": [
            {"file": "evidence/a.png", "title": "通话记录截图", "taken_on": "2026-10-09"},
            {"file": "evidence/b.png", "title": "与亲属的聊天记录截图", "shows": "10月12日来电情况"},
            {"file": "evidence/c.png", "title": "短信截图"},
        ],
    }


def small_loan() -> Case:
    """A small-loan company behind a platform; a name typed where only the relation was asked for."""
    return case_of()


def bank() -> Case:
    """A bank's own loan, no platform between; calls of one day, one of them not answered."""
    calls = [
        {
            "at": f"2026-10-20T{time}:00",
            "kind": "frequent-calls",
            "number": "02100000009",
            "reached": "self",
            "how": "call",
            "answered": answered,
            "evidence": [1],
        }
        for time, answered in (("09:10", "yes"), ("11:30", "no"), ("14:05", "yes"), ("16:50", "yes"))
    ]
    return case_of(
        id="bank",
        platform={"name": "示范银行股份有限公司"},
        loans=[
            {
                "product": "示范信用卡",
                "contract_number": "XYK-000777",
                "lender": "示范银行股份有限公司",
                "lender_type": "bank",
                "lender_source": "contract",
                "principal": "35000.00",
                "as_of": "2026-11-10",
                "overdue_since": "2026-07-05",
            }
        ],
        collection_agency=None,
        complaint={"subject": "一天内多次催收来电"},
        incidents=calls,
        contacts=[],
        demands=[{"kind": "hours"}, {"kind": "call-records"}, {"kind": "written-reply"}],
        evidence=[{"file": "evidence/list.pdf", "title": "通话详单", "taken_on": "2026-11-01"}],
    )


def consumer_finance() -> Case:
    """A consumer-finance company; lender known by phone only, an impersonation and a visit, an answer received."""
    return case_of(
        id="consumer-finance",
        loans=[
            {
                "product": "样例随心贷",
                "lender": "样例消费金融有限公司",
                "lender_type": "consumer-finance",
                "lender_source": "customer-service",
                "overdue_since": "2026-09-01",
            }
        ],
        collection_agency=None,
        complaint={"subject": "自称法院人员来电并上门"},
        incidents=[
            {
                "at": "2026-11-02T11:12:00",
                "kind": "impersonation",
                "number": "02100000004",
                "reached": "self",
                "how": "call",
                "answered": "yes",
                "words": "这里是法院执行局。",
                "evidence": [1],
            },
            {
                "at": "2026-11-06T19:30:00",
                "kind": "third-party-contact",
                "reached": "other",
                "reached_note": "邻居",
                "how": "visit",
                "disclosed_debt": "yes",
                "told_by": "邻居",
            },
        ],
        contacts=[
            {
                "at": "2026-11-03",
                "channel": "App在线客服",
                "number": "KF-0003",
                "asked": "核实来电人身份",
                "answer": "会转交相关部门。",
            }
        ],
        demands=[
            {"kind": "name-agency"},
            {"kind": "data-deletion"},
            {"kind": "other", "text": "说明11月6日上门人员的身份。"},
        ],
        evidence=[{"file": "evidence/call.png", "title": "通话记录截图"}],
    )


def no_evidence() -> Case:
    """Nothing proves it yet, the lender is not known, nothing was said to the institution."""
    return case_of(
        id="no-evidence",
        complainant={"name": "林示例", "phone": "13900001234", "email": "lin@example.com"},
        platform={"name": "星河分期平台（虚构）"},
        loans=[],
        collection_agency=None,
        complaint={"subject": "催收联系本人母亲"},
        incidents=[
            {
                "at": "2026-11-19",
                "kind": "third-party-contact",
                "reached": "family",
                "reached_note": "母亲",
                "how": "call",
                "answered": "yes",
                "told_by": "母亲",
                "told_on": "2026-11-20",
            },
            {
                "at": "2026-11-20T23:10:00",
                "kind": "night-call",
                "reached": "self",
                "how": "call",
                "answered": "no",
            },
        ],
        contacts=[],
        demands=[{"kind": "stop-third-parties"}, {"kind": "written-reply"}],
        evidence=[],
    )


CASES = {
    "bank": bank,
    "consumer-finance": consumer_finance,
    "small-loan": small_loan,
    "no-evidence": no_evidence,
}


def receipt(
    channel: str = "in-app",
    *,
    title: str = "App 内投诉",
    stage: int = 1,
    number: str | None = "A-1001",
    day: dt.date | None = TODAY,
    outcome: Outcome = Outcome.FILED,
    answered: bool = False,
    answered_on: dt.date | None = None,
    disputed: bool = False,
    answer_by: dt.date | None = None,
    answer_by_verified: bool = False,
) -> ReceiptFact:
    """Return another filing of the matter, made at ten in the morning of a day in China."""
    at = None if day is None else dt.datetime.combine(day, dt.time(10), CHINA)
    return ReceiptFact(
        channel,
        title,
        stage,
        number,
        at,
        outcome,
        answered,
        answered_on,
        disputed,
        answer_by,
        answer_by_verified,
    )
