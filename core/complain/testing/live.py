"""A far side of the author's own, in place of the stand-in that the kit draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from complain.browser.policy import is_loopback
from complain.errors import UsageError
from complain.i18n import _


@dataclass(frozen=True)
class LiveServer:
    """A running application on this computer that the channel is tried on; fictional complaints are filed there.

    Attributes:
        origin: Scheme, host and port, as ``http://127.0.0.1:8601``; it stands in for the definition's own.
        filings: Returns what the application itself holds, one text per filing; where the application gives a
            number, the text holds it. None: what was passed on to it is counted instead.
        secrets: The names and values that a ``[login]`` reads. Those of six characters and more are looked for in
            every file that a filing leaves.
    """

    origin: str
    filings: Callable[[], Sequence[str]] | None = None
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse an address that is not on this computer.

        Raises:
            UsageError: It is not, or it is not plain http.
        """
        parts = urlsplit(self.origin)
        if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
            raise UsageError(
                _(
                    "“{url}” is not a server on this computer, and fictional complaints would go there."
                ).format(url=self.origin),
                next_step=_("Name one as http://127.0.0.1:8601."),
            )
