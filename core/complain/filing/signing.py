"""What a person signs: exactly these facts, evidence files and letters (DESIGN §9, USERS U22).

Neither ``--yes``, a plugin nor a template comes here: a signature is stored only after a person has typed the
word, and it is of the hash that was taken before they were shown what they sign.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from complain.case.model import Case
from complain.case.signature import canonical_digest, facts_digest, record_signature, signed_digest
from complain.case.statement import facts_text
from complain.commands import home_options, typed
from complain.environment import Environment, Home
from complain.errors import NotSigned
from complain.filing.legal_bases import letter_bases
from complain.i18n import _
from complain.letters.signable import signable, signature_hash

TRUTH_WORD = "属实"
"""The word that signs, in every language of the tool (contract)."""

_FORM = "complain-signature-1"


class Signer(Protocol):
    """Who puts the truth statement to a person."""

    async def sign(self, why: str) -> bool:
        """Show ``why`` and the truth statement; return whether the person typed the word."""
        ...


def is_truth_word(typed: str) -> bool:
    """Return whether a person typed exactly the word that signs.

    Args:
        typed: One line; white space around it does not count.
    """
    return typed.strip() == TRUTH_WORD


def statement(case: Case) -> str:
    """Return what is signed as a person reads it: the facts, then every letter in full.

    Args:
        case: As loaded.
    """
    letters = signable(case, letter_bases(case)).values()
    parts = [_("These are the facts:"), facts_text(case)]
    for number, text in enumerate(letters, 1):
        heading = _("These are the letters, number {number} of {count}:").format(
            number=number, count=len(letters)
        )
        parts += [f"══ {heading} ══", "", text, ""]
    return "\n".join(parts)


def signing_digest(case: Case, folder: Path) -> str:
    """Return the SHA-256, in hexadecimal, of all facts, evidence files and letters as they now stand.

    Args:
        case: As loaded.
        folder: The case folder.

    Raises:
        UsageError: An evidence file cannot be read.
    """
    return canonical_digest([_FORM, facts_digest(case, folder), signature_hash(case, letter_bases(case))])


def require_signature(home: Home, case: Case, folder: Path) -> None:
    """Go on only if exactly these facts and letters were signed.

    Args:
        home: Of a real filing; practice needs no signature and does not come here.
        case: What is about to be filed.
        folder: The case folder.

    Raises:
        NotSigned: They were not signed, or something changed since.
    """
    signed = signed_digest(home, case.id)
    next_step = typed("complain", "sign", folder.absolute(), *home_options(home))
    if signed is None:
        raise NotSigned(
            _("This case has not been signed as true yet, so nothing was started."), next_step=next_step
        )
    if signed != signing_digest(case, folder):
        raise NotSigned(
            _("Facts, evidence or letters have changed since this case was signed, so nothing was started."),
            next_step=next_step,
        )


async def ensure_signed(
    environment: Environment, case: Case, folder: Path, signer: Signer, *, may_ask: bool, must: bool
) -> None:
    """Go on if the case is signed as it stands; else let the person sign it now.

    Args:
        environment: Its home keeps the signature; its clock dates it.
        case: What is about to be filed.
        folder: The case folder.
        signer: Asked when ``may_ask``.
        may_ask: Whether a person is there.
        must: Whether an unsigned case stops the run even where nobody can be asked; else the caller sends
            nothing without a person.

    Raises:
        NotSigned: The case is not signed as it stands, and the person did not sign it.
    """
    try:
        require_signature(environment.home, case, folder)
    except NotSigned as unsigned:
        if may_ask and not must:
            digest = signing_digest(case, folder)  # before it is shown: what is signed is what was seen
            if not await signer.sign(f"{unsigned.message}\n\n{statement(case)}"):
                raise
            record_signature(environment.home, case.id, digest, environment.now())
        elif must or signed_digest(environment.home, case.id) is not None:
            raise  # a signature that no longer holds stops the run in every case
