"""Where a definition sends things: encrypted, and not wider than the form needs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from complain.browser.policy import RequestRule, is_loopback
from complain.case.lines import KeyPath
from complain.channels.definition_checks import Table, table, tables, texts
from complain.channels.definition_mistakes import Finding
from complain.i18n import _


def network_findings(data: Table) -> Iterator[Finding]:
    """Yield what is wrong with the addresses and requests of a parsed definition."""
    for path, url in _addresses(data):
        parts = urlsplit(url)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            yield Finding(
                path,
                _("“{url}” is not encrypted, and personal data would go there.").format(url=url),
                _("Write https://; plain http is for this computer only."),
            )
    yield from _too_wide(data)


def _addresses(data: Table) -> Iterator[tuple[KeyPath, str]]:
    channel, login = table(data.get("channel")), table(data.get("login"))
    yield from ((("channel", "url"), url) for url in texts(channel.get("url")))
    yield from ((("channel", "origins", n), url) for n, url in enumerate(texts(channel.get("origins"))))
    yield from ((("login", "url"), url) for url in texts(login.get("url")))


def _too_wide(data: Table) -> Iterator[Finding]:
    """A request that is allowed before the submit must not be one that files."""
    url = str(table(data.get("channel")).get("url", ""))
    submissions = [("POST", url), *_requests(table(data.get("submit")).get("request"), url)]
    for path, value in _allowed(data):
        rule = _rule(value)
        if rule is None:
            continue
        if any(rule.matches(method, address) for method, address in submissions):
            yield Finding(
                path,
                _("“{rule}” would let the submission itself out, in a dry run too.").format(rule=value),
                _("Name only the requests that the form needs before it is submitted."),
            )


def _allowed(data: Table) -> Iterator[tuple[KeyPath, str]]:
    channel = table(data.get("channel"))
    for key in ("allow", "uploads"):
        yield from ((("channel", key, n), value) for n, value in enumerate(texts(channel.get(key))))
        for page, entry in enumerate(tables(data.get("page"))):
            yield from ((("page", page, key, n), value) for n, value in enumerate(texts(entry.get(key))))


def _requests(value: object, url: str) -> Iterator[tuple[str, str]]:
    """Yield one address that a declared submit request would match."""
    if not isinstance(value, str) or " " not in value:
        return
    method, glob = value.split(" ", 1)
    parts = urlsplit(url)
    start = glob.replace("*", f"{parts.scheme}://{parts.netloc}", 1) if glob.startswith("*") else glob
    yield method, start.replace("*", "x")


def _rule(value: str) -> RequestRule | None:
    try:
        return RequestRule.parse(value)
    except ValueError:
        return None  # named by the definition's own check
