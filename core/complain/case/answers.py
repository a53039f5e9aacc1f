"""What a person has answered so far, and the file that keeps it between two runs of ``complain init``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from complain.case.folder import PROGRESS_FILE
from complain.durable import write_durably
from complain.errors import UsageError
from complain.i18n import _

Skipped = Literal["", "later", "unknown"]


@dataclass(frozen=True)
class Answered:
    """The answer to one question.

    Attributes:
        values: What was answered; several for a question that allows it.
        skipped: ``later`` or ``unknown`` when it was not answered.
    """

    values: tuple[str, ...] = ()
    skipped: Skipped = ""

    @property
    def value(self) -> str:
        """The first value; empty when it was skipped."""
        return self.values[0] if self.values else ""


@dataclass
class Answers:
    """All answers by the question's key, as ``loans.0.fees``, in the order in which they were given.

    Attributes:
        given: Key to answer.
        case_id: The id of the case; chosen once.
        written: SHA-256 of the case file that was last written from these answers; empty for none.
    """

    given: dict[str, Answered] = field(default_factory=dict[str, Answered])
    case_id: str = ""
    written: str = ""

    def value(self, key: str) -> str:
        """Return the value given for a key; empty when there is none."""
        return self.given.get(key, Answered()).value

    def values(self, key: str) -> tuple[str, ...]:
        """Return all values given for a key."""
        return self.given.get(key, Answered()).values

    def ask_again(self) -> None:
        """Forget what was put off, and that nothing more happened: both are asked again in a new run."""
        self.given = {
            key: answer
            for key, answer in self.given.items()
            if answer.skipped != "later" and not self._was_the_end(key)
        }

    def _was_the_end(self, key: str) -> bool:
        repeated = key == "contacts.any" or (
            key.startswith(("incidents.", "contacts.")) and key.endswith(".more")
        )
        return repeated and self.value(key) != "yes"


def load_answers(folder: Path) -> Answers:
    """Return the answers kept in a case folder; none when there is no such file.

    Args:
        folder: The case folder.

    Raises:
        UsageError: The file cannot be understood.
    """
    path = folder / PROGRESS_FILE
    if not path.is_file():
        return Answers()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        given = {key: _answered(entry) for key, entry in document["given"].items()}
        return Answers(given=given, case_id=str(document["case_id"]), written=str(document["written"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            _("The answers kept in {file} cannot be read.").format(file=path),
            next_step=_("Remove that file and start again: complain init {folder}").format(folder=folder),
        ) from None


def _answered(entry: Mapping[str, object]) -> Answered:
    values, skipped = entry["values"], entry["skipped"]
    if not isinstance(values, list) or skipped not in ("", "later", "unknown"):
        raise TypeError
    return Answered(tuple(str(value) for value in cast("list[object]", values)), skipped)


def keep_answers(folder: Path, answers: Answers) -> None:
    """Keep the answers so that neither Ctrl-C nor a power cut loses one.

    Args:
        folder: The case folder.
        answers: All so far. The identity number is never among them.
    """
    document = {
        "given": {
            key: {"values": list(answer.values), "skipped": answer.skipped}
            for key, answer in answers.given.items()
        },
        "case_id": answers.case_id,
        "written": answers.written,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    write_durably(folder / PROGRESS_FILE, (text + "\n").encode())
