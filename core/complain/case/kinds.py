"""The closed lists of the case file. A member's value is what stands in ``case.toml``."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """Yes, no, or not known; ``true`` and ``false`` in the file mean yes and no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class LenderType(StrEnum):
    """What kind of institution the lender of record is: it decides which body is competent."""

    BANK = "bank"
    CONSUMER_FINANCE = "consumer-finance"
    SMALL_LOAN = "small-loan"
    UNKNOWN = "unknown"


class LenderSource(StrEnum):
    """Where the lender of record is known from."""

    CONTRACT = "contract"
    CREDIT_REPORT = "credit-report"
    CUSTOMER_SERVICE = "customer-service"
    UNKNOWN = "unknown"


class IncidentKind(StrEnum):
    """What was wrong with it."""

    THIRD_PARTY_CONTACT = "third-party-contact"
    NIGHT_CALL = "night-call"
    FREQUENT_CALLS = "frequent-calls"
    THREAT = "threat"
    INSULT = "insult"
    IMPERSONATION = "impersonation"
    OTHER = "other"


class Reached(StrEnum):
    """Whom the collector reached."""

    SELF = "self"
    FAMILY = "family"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    EMPLOYER = "employer"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def is_third_party(self) -> bool:
        """Whether somebody other than the complainant was reached."""
        return self not in (Reached.SELF, Reached.UNKNOWN)


class How(StrEnum):
    """By what means."""

    CALL = "call"
    SMS = "sms"
    WECHAT = "wechat"
    VISIT = "visit"
    OTHER = "other"
    UNKNOWN = "unknown"


HOW_NAMES = {
    How.CALL: "电话",
    How.SMS: "短信",
    How.WECHAT: "微信",
    How.VISIT: "上门",
    How.OTHER: "其他方式",
    How.UNKNOWN: "方式不详",
}
"""As letters and evidence say it."""


class Basis(StrEnum):
    """How the complainant knows of it: 亲历, 他人转述, 推测. An inference is never printed as a fact."""

    FIRST_HAND = "first-hand"
    TOLD = "told"
    INFERRED = "inferred"


class DemandKind(StrEnum):
    """Demands that follow from improper collection; none of them is about the debt itself."""

    STOP_THIRD_PARTIES = "stop-third-parties"
    HOURS = "hours"
    NAME_AGENCY = "name-agency"
    DATA_ACCOUNT = "data-account"
    DATA_DELETION = "data-deletion"
    WRITTEN_REPLY = "written-reply"
    CALL_RECORDS = "call-records"
    REPAYMENT_TALKS = "repayment-talks"
    PRESERVE_RECORDINGS = "preserve-recordings"
    OTHER = "other"
