"""Words of the evidence's pages, in Chinese as they are handed over. Nothing in them judges what happened."""

from __future__ import annotations

import datetime as dt

from complain.case.kinds import (
    Answer,
    Basis,
    DemandKind,
    IncidentKind,
    LenderSource,
    LenderType,
    Reached,
)
from complain.evidence.calls import BrokenRow, Direction, Reason, SourceKind, State
from complain.evidence.reachability import Record
from complain.model import Outcome

STATES = {State.CONNECTED: "接通", State.MISSED: "未接", State.UNKNOWN: "未知"}
DIRECTIONS = {Direction.INCOMING: "来电", Direction.OUTGOING: "去电", Direction.UNKNOWN: "方向不明"}
SOURCES = {
    SourceKind.PHONE: "手机通话记录",
    SourceKind.OPERATOR: "运营商详单或表格",
    SourceKind.PICTURE: "图片，由本人逐行抄录",
}
RECORDS = {Record.FOUND: "有记录", Record.NONE: "无记录", Record.MISSING: "数据缺失"}
KINDS = {
    IncidentKind.THIRD_PARTY_CONTACT: "联系第三人",
    IncidentKind.NIGHT_CALL: "夜间联系",
    IncidentKind.FREQUENT_CALLS: "一天内多次来电",
    IncidentKind.THREAT: "本人认为带有威胁的言语",
    IncidentKind.INSULT: "本人认为带有侮辱的言语",
    IncidentKind.IMPERSONATION: "自称身份未经核实",
    IncidentKind.OTHER: "其他",
}
REACHED = {
    Reached.SELF: "本人",
    Reached.FAMILY: "家人",
    Reached.FRIEND: "朋友",
    Reached.COLLEAGUE: "同事",
    Reached.EMPLOYER: "工作单位",
    Reached.OTHER: "其他第三人",
    Reached.UNKNOWN: "对象不详",
}
BASES = {Basis.FIRST_HAND: "亲历", Basis.TOLD: "转述", Basis.INFERRED: "推测"}
ANSWERS = {Answer.YES: "是", Answer.NO: "否", Answer.UNKNOWN: "不详"}
ANSWERED = {Answer.YES: "接通", Answer.NO: "未接", Answer.UNKNOWN: "是否接通不详"}
LENDER_TYPES = {
    LenderType.BANK.value: "银行",
    LenderType.CONSUMER_FINANCE.value: "消费金融公司",
    LenderType.SMALL_LOAN.value: "小额贷款公司",
    LenderType.UNKNOWN.value: "类型不详",
}
LENDER_SOURCES = {
    LenderSource.CONTRACT: "合同",
    LenderSource.CREDIT_REPORT: "征信报告",
    LenderSource.CUSTOMER_SERVICE: "客服口述",
    LenderSource.UNKNOWN: "来源不详",
}
OUTCOMES = {
    Outcome.PREPARED: "已填好，尚未提交",
    Outcome.FILED: "已提交（是否受理，以对方通知为准）",
    Outcome.FILED_UNVERIFIED: "页面显示提交成功，但未看到编号",
    Outcome.UNKNOWN: "暂时无法确定是否已提交",
    Outcome.NOT_FILED: "确认没有提交",
    Outcome.NEEDS_HUMAN: "待本人办理",
    Outcome.REFUSED: "对方没有接收",
    Outcome.SKIPPED: "本次没有办理",
}
DEMANDS = {
    DemandKind.STOP_THIRD_PARTIES: "停止联系与债务无关的第三人。",
    DemandKind.HOURS: "来电的时段和次数符合相关规范。",
    DemandKind.NAME_AGENCY: "书面告知催收机构的名称和委托依据。",
    DemandKind.DATA_ACCOUNT: "说明催收中处理本人个人信息的情况。",
    DemandKind.DATA_DELETION: "删除履行合同不需要的第三人信息。",
    DemandKind.WRITTEN_REPLY: "书面答复。",
    DemandKind.CALL_RECORDS: "提供与本人的通话记录。",
    DemandKind.REPAYMENT_TALKS: "由有权限的人员协商还款安排。",
    DemandKind.PRESERVE_RECORDINGS: "保存各次通话的录音。",
    DemandKind.OTHER: "其他。",
}
_REASONS = {
    Reason.TIME: "日期或时间无法识别",
    Reason.NO_YEAR: "缺少年份",
    Reason.FUTURE: "时间在将来，或早于2000年",
    Reason.NUMBER: "号码无法识别",
    Reason.ROUNDED_NUMBER: "号码被表格软件舍入，位数已丢失",
    Reason.DURATION: "通话时长无法识别",
    Reason.ENCODING: "字符损坏",
    Reason.QUOTES: "引号不成对，或单元格含多行",
    Reason.OTHER_SHEET: "其后还有别的工作表，未读取",
    Reason.FILE_ENDS: "文件自此处损坏，其后未能读取",
}


def reason_words(broken: BrokenRow) -> str:
    """Say in Chinese why a row was not taken."""
    return _REASONS[broken.reason]


def day_words(day: dt.date) -> str:
    """Return a day as ``2026-10-12（周一）``."""
    return f"{day:%Y-%m-%d}（周{'一二三四五六日'[day.weekday()]}）"


def seconds_words(seconds: int | None) -> str:
    """Return a duration as people read it; 未记录 when it is not known."""
    if seconds is None:
        return "未记录"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest}秒" if minutes else f"{rest}秒"
