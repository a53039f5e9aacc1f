"""What may leave a browser: origins, hosts and requests that a channel names. Pure values, no browser here."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from urllib.parse import urlsplit

READS = frozenset({"GET", "HEAD"})
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, order=True)
class Endpoint:
    """A host and a TCP port, as a connection names them.

    Attributes:
        host: Lower case, without brackets or a final dot.
        port: 1 to 65535.
    """

    host: str
    port: int

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port in DEFAULT_PORTS.values() else f"{shown}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine, by name or number (RFC 6761 for ``localhost``)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain_host(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def endpoint_of(url: str) -> Endpoint:
    """Return the host and port that ``url`` is fetched from.

    Raises:
        ValueError: ``url`` is not http or https, or names no host.
    """
    parts = urlsplit(url)
    if parts.scheme.lower() not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an http or https address: {url.partition('?')[0]}")
    return Endpoint(_plain_host(parts.hostname), parts.port or DEFAULT_PORTS[parts.scheme.lower()])


def origin_of(url: str) -> str:
    """Return scheme, host and port (left out when it is the default) of ``url``, lower case.

    Raises:
        ValueError: As `endpoint_of`.
    """
    endpoint = endpoint_of(url)
    scheme = urlsplit(url).scheme.lower()
    shown = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{scheme}://{shown}" + ("" if endpoint.port == DEFAULT_PORTS[scheme] else f":{endpoint.port}")


def without_query(url: str) -> str:
    """Return ``url`` without its query and fragment, which may hold personal data."""
    return url.partition("#")[0].partition("?")[0]


@dataclass(frozen=True)
class RequestRule:
    """One kind of request that a channel declares, as ``POST */tickets/submit/``.

    Attributes:
        method: Upper case.
        glob: Compared with scheme, host, port and path; ``*`` is any run of characters, ``/`` too.
    """

    method: str
    glob: str

    @classmethod
    def parse(cls, text: str) -> RequestRule:
        """Read ``"METHOD glob"``.

        Raises:
            ValueError: There is no method, or no glob.
        """
        method, _, glob = text.strip().partition(" ")
        if not re.fullmatch(r"[A-Za-z]+", method) or not glob.strip():
            raise ValueError(f'a request is written as "METHOD address", not "{text}"')
        return cls(method.upper(), glob.strip())

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(".*".join(re.escape(part) for part in self.glob.split("*")), re.DOTALL)

    def matches(self, method: str, url: str) -> bool:
        """Tell whether a request is of this kind; the query and fragment of ``url`` do not count."""
        return method.upper() == self.method and self._pattern.fullmatch(without_query(url)) is not None


@dataclass(frozen=True)
class NetworkPolicy:
    """Where one channel's browser context may go and what it may write.

    Attributes:
        url: The channel's address; its origin may receive personal data.
        origins: Further origins that may receive personal data, as ``https://api.example.cn``.
        assets: Further hosts that the page may load from: ``cdn.example.cn``, ``*.example-cdn.cn``,
            ``127.0.0.1:8602``. They never receive a write.
        allow: Writes that are needed before the submit; they may leave at any time, a dry run included.
        uploads: Writes that may leave after the confirm only.
        submit: The one request that files; None stands for the first write to the channel's own origin.
        login: Origins of the log-in pages.

    Raises:
        ValueError: An origin is not http or https, or is plain http and not on this machine.
    """

    url: str
    origins: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    allow: tuple[RequestRule, ...] = ()
    uploads: tuple[RequestRule, ...] = ()
    submit: RequestRule | None = None
    login: tuple[str, ...] = ()
    own_origin: str = field(init=False)
    receiving_origins: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        for address in (self.url, *self.origins, *self.login):
            if address.lower().startswith("http://") and not endpoint_of(address).is_loopback:
                raise ValueError(f"plain http is for this machine only: {origin_of(address)}")
        object.__setattr__(self, "own_origin", origin_of(self.url))
        object.__setattr__(self, "receiving_origins", frozenset(map(origin_of, (self.url, *self.origins))))

    def may_receive_personal_data(self, url: str) -> bool:
        """Tell whether personal data may go to the origin of ``url`` (an origin or an address)."""
        try:
            return origin_of(url) in self.receiving_origins
        except ValueError:
            return False

    def may_contact(self, endpoint: Endpoint) -> bool:
        """Tell whether a connection to ``endpoint`` is within what the channel names."""
        return endpoint in self._endpoints or any(_asset_matches(asset, endpoint) for asset in self.assets)

    @cached_property
    def _endpoints(self) -> frozenset[Endpoint]:
        return frozenset(map(endpoint_of, (*self.receiving_origins, *self.login)))

    @cached_property
    def submit_endpoints(self) -> frozenset[Endpoint]:
        """Every host and port that the submit request could go to."""
        if self.submit is None:
            return frozenset({endpoint_of(self.own_origin)})
        return frozenset(
            endpoint_of(origin) for origin in self.receiving_origins if _may_start(self.submit.glob, origin)
        )

    def is_submit(self, method: str, url: str) -> bool:
        """Tell whether a request is one that files: the declared one, to an origin that may have it."""
        if self.submit is not None:
            return self.submit.matches(method, url) and self.may_receive_personal_data(url)
        return is_write(method) and self.is_own(url) and not self.is_declared(method, url)

    def is_own(self, url: str) -> bool:
        """Tell whether ``url`` is on the channel's own origin."""
        try:
            return origin_of(url) == self.own_origin
        except ValueError:
            return False

    def is_declared(self, method: str, url: str, *, uploads: bool = True) -> bool:
        """Tell whether a write is one of ``allow`` (or ``uploads``), to an origin that may have it."""
        rules = (*self.allow, *self.uploads) if uploads else self.allow
        return self.may_receive_personal_data(url) and any(rule.matches(method, url) for rule in rules)


def is_write(method: str) -> bool:
    """Tell whether a method is anything but GET or HEAD."""
    return method.upper() not in READS


def _asset_matches(asset: str, endpoint: Endpoint) -> bool:
    host, _, port = asset.lower().rpartition(":") if re.search(r":\d+$", asset) else (asset.lower(), "", "")
    return fnmatchcase(endpoint.host, _plain_host(host)) and (not port or endpoint.port == int(port))


def _may_start(glob: str, origin: str) -> bool:
    """Tell whether a glob could match an address on ``origin``."""
    if "://" not in glob or "*" in glob.partition("://")[0]:
        return True
    named = glob.partition("://")[2].partition("/")[0]
    return "*" in named or glob.startswith(origin + "/") or glob.startswith(origin + "*")
