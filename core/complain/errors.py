"""Every error a person can meet: one base class; each leaf carries its exit code.

The message says what was tried and what happened; ``next_step`` is what to type or do next. Messages are
whole sentences, already translated, and never hold a secret or a personal number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of the command line (the contract of the tool; see the README)."""

    OK = 0
    FAULT = 1
    USAGE = 2
    NEEDS_HUMAN = 3
    UNKNOWN = 4
    NOT_FILED = 5
    DAMAGED = 6
    LOCKED = 7
    INTERRUPTED = 130


class ComplainError(Exception):
    """Base of all errors of the tool.

    Args:
        message: What was tried and what happened, one sentence.
        next_step: The command to type or the thing to do next; empty when there is none.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAULT

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file that a person wrote.

    Attributes:
        file: The file, as the person named it.
        line: 1-based line, or None when it is not known.
        key: The key, as ``loans[1].principal``.
        problem: What is wrong, one sentence.
        remedy: What would be right, one sentence.
    """

    file: str
    line: int | None
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return " ".join(
            part
            for part in (f"{place}:", f"{self.key}:" if self.key else "", self.problem, self.remedy)
            if part
        )


class UsageError(ComplainError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class FileMistakes(ComplainError):
    """A file that a person wrote has mistakes; all of them are named at once."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, mistakes: Sequence[Mistake], *, next_step: str = "") -> None:
        super().__init__("\n".join([message, *(f"  {mistake}" for mistake in mistakes)]), next_step=next_step)
        self.mistakes = tuple(mistakes)


class CaseMistakes(FileMistakes):
    """``case.toml`` has mistakes."""


class ConfigMistakes(FileMistakes):
    """``config.toml`` has mistakes."""


class DefinitionMistakes(FileMistakes):
    """A channel's ``form.toml`` has mistakes."""


class NotSigned(ComplainError):
    """The facts and letters are not signed as they stand."""

    exit_code = ExitCode.USAGE


class MissingFact(ComplainError):
    """A letter or a field needs a fact that the case does not hold."""

    exit_code = ExitCode.USAGE


class DoesNotFit(ComplainError):
    """No version of a text, or of an attachment, fits what the channel takes. Nothing was cut."""

    exit_code = ExitCode.NOT_FILED


class DoesNotAgree(ComplainError):
    """Two letters of one matter contradict each other; nothing was sent."""

    exit_code = ExitCode.NOT_FILED


class VaultUnavailable(ComplainError):
    """The system's password store cannot be used, or does not hold what is needed."""

    exit_code = ExitCode.NEEDS_HUMAN


class BrowserUnavailable(ComplainError):
    """No browser can be started as it must be."""

    exit_code = ExitCode.NEEDS_HUMAN


class GuardUnavailable(ComplainError):
    """The network gate or guard could not be installed: the tool refuses to run."""

    exit_code = ExitCode.FAULT


class NotWritten(ComplainError):
    """What was being done could not be written to the disk, so it was not done."""

    exit_code = ExitCode.NOT_FILED


class FormChanged(ComplainError):
    """The page is not as the channel's definition says: a field, option or button is missing or doubled."""

    exit_code = ExitCode.NOT_FILED


class ReadBackDiffers(ComplainError):
    """The page holds another value than the one that was planned."""

    exit_code = ExitCode.NOT_FILED


class OriginRefused(ComplainError):
    """Personal data would have gone to a place that the channel does not name."""

    exit_code = ExitCode.NOT_FILED


class ChannelUnreachable(ComplainError):
    """The far side could not be reached, or answered with an error, before anything was sent."""

    exit_code = ExitCode.NOT_FILED


class PersonNeeded(ComplainError):
    """Only a person can go on; ``message`` is the task."""

    exit_code = ExitCode.NEEDS_HUMAN


class PackReady(PersonNeeded):
    """The rest is done by hand, from the pack; ``message`` names files and a command, and no fact of the case."""


class AlreadyFiled(ComplainError):
    """The same words are at this channel already, or may be."""

    exit_code = ExitCode.NOT_FILED


class CaseLocked(ComplainError):
    """Another run holds this case."""

    exit_code = ExitCode.LOCKED


class Interrupted(ComplainError):
    """The person stopped the run before anything was sent."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        from complain.i18n import _

        super().__init__(_("Interrupted. Nothing was sent after this point."), next_step="complain status")


class IllegalTransition(ComplainError):
    """The journal was asked for a step that its state does not allow: a fault of the tool."""


class JournalTooNew(ComplainError):
    """The journal was written by a newer version of the tool."""

    exit_code = ExitCode.USAGE


class ArchiveDamaged(ComplainError):
    """The archive does not hold what the journal says, or the other way round."""

    exit_code = ExitCode.DAMAGED


class PluginMistake(ComplainError):
    """A plugin cannot be used as it is; the message names the file and the remedy."""

    exit_code = ExitCode.USAGE
