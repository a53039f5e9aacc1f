"""One mail address, checked where a person typed it: an address list, a name or a line break is refused.

The rules are RFC 5321 §4.5.3.1 (lengths in octets) and RFC 5322 §3.4.1 (dot-atom), with RFC 6531 for characters
outside ASCII. Quoted local parts and domain literals are lawful and refused all the same: no complaint office
has one, and each is a way to smuggle a second recipient past a reader's eye.
"""

from __future__ import annotations

import re
import unicodedata

from complain.errors import UsageError
from complain.i18n import _

MOST_LOCAL = 64
MOST_DOMAIN = 255
MOST_ADDRESS = 254
_ATOM = r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


def check_address(address: str) -> str:
    """Return ``address`` if it is exactly one mail address.

    Args:
        address: As a person typed it, without a name and without angle brackets.

    Raises:
        UsageError: It is empty, several addresses, or not an address. The sentence does not repeat it.
    """
    if not address:
        raise UsageError(_("A mail address is missing."))
    _refuse_what_is_not_one(address)
    local, _at, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or "@" in local or len(local.encode()) > MOST_LOCAL:
        raise UsageError(_("The part before the @ of a mail address is not valid."))
    if len(ascii_domain(domain)) + len(local.encode()) + 1 > MOST_ADDRESS:
        raise UsageError(
            _("A mail address is longer than {most} characters, which none may be.").format(most=MOST_ADDRESS)
        )
    return address


def _refuse_what_is_not_one(address: str) -> None:
    if "\r" in address or "\n" in address:
        raise UsageError(_("A mail address holds a line break; that would add lines to the mail's head."))
    if any(mark in address for mark in ",;，；、") or address.count("@") > 1:
        raise UsageError(_("Exactly one mail address belongs here, not a list of several."))
    if any(mark in address for mark in '<>()[]:"\\'):
        raise UsageError(_("Only the mail address itself belongs here, without a name, brackets or quotes."))
    if any(unicodedata.category(character) in _UNSEEN for character in address):
        raise UsageError(_("A mail address holds a space or an invisible character."))
    if "＠" in address:
        raise UsageError(_("The @ of a mail address is typed full-width; type it half-width."))
    if "@" not in address:
        raise UsageError(_("A mail address has an @ between a name and a domain; this one has none."))


def ascii_domain(domain: str) -> str:
    """Return a domain in the letters that mail servers look up (IDNA 2003, as in Python's standard library).

    Args:
        domain: As typed, ``例子.中国`` or ``example.cn``.

    Raises:
        UsageError: It is no domain, or its spelling could mean another one (``ß`` is looked up as ``ss``).
    """
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
        back = encoded.encode("ascii").decode("idna")
    except UnicodeError as error:
        raise UsageError(_("The domain of a mail address is not valid.")) from error
    if not encoded or len(encoded) > MOST_DOMAIN or not all(map(_LABEL.fullmatch, encoded.split("."))):
        raise UsageError(_("The domain of a mail address is not valid."))
    if not domain.isascii() and back != unicodedata.normalize("NFC", domain).lower():
        raise UsageError(
            _("The domain of a mail address is spelled in a way that could mean another domain; retype it.")
        )
    return encoded


def envelope_address(address: str) -> str:
    """Return the address as the SMTP envelope holds it: the domain in ASCII, the local part as it is.

    Args:
        address: One that `check_address` accepts.
    """
    local, _at, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def needs_smtputf8(address: str) -> bool:
    """Say whether the local part has characters that only an SMTPUTF8 server takes (RFC 6531).

    Args:
        address: One that `check_address` accepts.
    """
    return not address.rpartition("@")[0].isascii()
