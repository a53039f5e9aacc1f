"""Public key hashes of certificates, as Chromium takes them on its command line."""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
from pathlib import Path

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE = 0x30
_EXPLICIT_VERSION = 0xA0


def public_key_hashes(pem: Path) -> tuple[str, ...]:
    """Return base64 SHA-256 of the SubjectPublicKeyInfo (RFC 5280 section 4.1) of each certificate in a file.

    Raises:
        ValueError: The file holds no certificate, or a damaged one.
    """
    found = _PEM.findall(pem.read_text(encoding="ascii"))
    if not found:
        raise ValueError(f"{pem} holds no certificate")
    return tuple(_hash(_public_key(ssl.PEM_cert_to_DER_cert(one))) for one in found)


def _hash(key: bytes) -> str:
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def _public_key(certificate: bytes) -> bytes:
    """Walk Certificate -> TBSCertificate -> [version] serial algorithm issuer validity subject -> key."""
    at, _ = _open(certificate, 0)
    at, _ = _open(certificate, at)
    skipped = 6 if certificate[at] == _EXPLICIT_VERSION else 5
    for _ in range(skipped):
        at = _end(certificate, at)
    if certificate[at] != _SEQUENCE:
        raise ValueError("no public key where one belongs")
    return certificate[at : _end(certificate, at)]


def _open(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the element at ``at`` begins and ends (X.690 section 8.1)."""
    length = der[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    size = length & 0x7F
    return at + 2 + size, at + 2 + size + int.from_bytes(der[at + 2 : at + 2 + size], "big")


def _end(der: bytes, at: int) -> int:
    return _open(der, at)[1]
