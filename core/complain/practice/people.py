"""Who is who in the practice town: fictional institutions and the accounts that a rehearsal logs in with.

Every name here is made up and says so; domains end in ``.example`` (RFC 2606), so nothing can be reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

BANNER = "演练：不会发给任何真实机构"


@dataclass(frozen=True)
class DeskProfile:
    """One practice desk as it introduces itself.

    Attributes:
        channel: The channel's id.
        title: The name on its pages.
        prefix: What its receipt numbers begin with.
    """

    channel: str
    title: str
    prefix: str


IN_APP = DeskProfile("in-app", "示例金融 App · 客服中心", "TS")
WEBSITE = DeskProfile("website", "示例金融 · 在线客服", "GD")
PUBLIC_ACCOUNT = DeskProfile("public-account", "示例金融服务号", "GZ")
REGULATOR = DeskProfile("regulator", "演练省金融消费投诉平台", "JG")
ASSOCIATION = DeskProfile("association", "演练市消费者协会", "XFZ")
PROFILES = (IN_APP, WEBSITE, PUBLIC_ACCOUNT, REGULATOR, ASSOCIATION)
CHANNELS = tuple(profile.channel for profile in PROFILES)

ASSOCIATION_ADDRESS = "complaints@association.example"
ACCOUNT_NAME = "演练用户"
PHONE_NUMBER = "13800000000"  # the practice phone; answers only inside this process

_SECRETS = MappingProxyType(
    {
        "in-app.user": PHONE_NUMBER,
        "in-app.password": "yanlian-2026",
        "website.user": "yanlian",
        "website.password": "yanlian-2026",
        "regulator.user": "yanlian",
        "regulator.password": "yanlian-2026",
    }
)


def practice_secrets() -> Mapping[str, str]:
    """Return the fictional credentials that ``secret('...')`` reads in a practice login, by name."""
    return _SECRETS


def account_of(channel: str, user: str, password: str) -> str | None:
    """Return the account's name when ``user`` and ``password`` are the practice account of ``channel``."""
    expected = (_SECRETS.get(f"{channel}.user"), _SECRETS.get(f"{channel}.password"))
    return user if (user, password) == expected else None
