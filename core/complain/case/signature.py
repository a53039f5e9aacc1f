"""The facts of a case as one hash, and the file that says what was signed and when (USERS U22).

What is signed is bound to exactly these facts: any change of the case file's meaning, or of one byte of an
evidence file, gives another hash. A comment or the order of keys does not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

from complain.case.folder import case_folder, is_case_id
from complain.case.model import Case
from complain.durable import make_folder, write_durably
from complain.environment import Home
from complain.errors import UsageError
from complain.i18n import _

_FORM = "complain-facts-1"
_FOLDER = "signatures"


def facts_digest(case: Case, folder: Path) -> str:
    """Return the SHA-256, in hexadecimal, of all facts and of every evidence file.

    Args:
        case: As loaded.
        folder: The case folder; its evidence files are read.

    Raises:
        UsageError: An evidence file cannot be read.
    """
    # Defaults are left out, so that a key added to the schema later voids no signature.
    facts = case.model_dump(mode="json", exclude_defaults=True)
    names = [entry.file for entry in case.evidence] + [e.redacted for e in case.evidence if e.redacted]
    files = [_file_digest(case_folder(folder) / name) for name in names]
    return canonical_digest([_FORM, facts, files])


def canonical_digest(document: object) -> str:
    """Return the SHA-256, in hexadecimal, of a JSON document, whatever the order of its keys.

    Args:
        document: Plain values.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(
            _("The evidence file {file} cannot be read: {reason}.").format(file=path, reason=error.strerror),
            next_step=_("Put it back, then: complain check"),
        ) from error


def record_signature(home: Home, case_id: str, digest: str, at: dt.datetime) -> None:
    """Add a signature to the case's file; earlier ones stay. It is on the disk when this returns.

    Args:
        home: Practice and real signatures are apart.
        case_id: Whose signature it is.
        digest: Of what was signed.
        at: When (aware).

    Raises:
        UsageError: The file of earlier signatures cannot be understood.
    """
    signatures = [*_signatures(home, case_id), {"digest": digest, "at": at.astimezone(dt.UTC).isoformat()}]
    make_folder(home.path / _FOLDER)
    document = {"case": case_id, "signatures": signatures}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    write_durably(_file(home, case_id), (text + "\n").encode())


def signed_digest(home: Home, case_id: str) -> str | None:
    """Return the hash that was signed last, or None when nothing was.

    Args:
        home: Practice and real signatures are apart.
        case_id: Whose signature it is.

    Raises:
        UsageError: The file of signatures cannot be understood.
    """
    signatures = _signatures(home, case_id)
    return signatures[-1]["digest"] if signatures else None


def _file(home: Home, case_id: str) -> Path:
    assert is_case_id(case_id), "an id that is safe as a file's name"
    return home.path / _FOLDER / f"{case_id}.json"


def _signatures(home: Home, case_id: str) -> list[dict[str, str]]:
    path = _file(home, case_id)
    if not path.is_file():
        return []
    try:
        document: dict[str, list[dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
        return [{"digest": str(entry["digest"]), "at": str(entry["at"])} for entry in document["signatures"]]
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            _("The file of signatures {file} cannot be understood, so nothing counts as signed.").format(
                file=path
            ),
            next_step=_("Move it away, then: complain sign"),
        ) from None
