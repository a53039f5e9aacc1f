"""What goes into a recognised field: rendered from the case, the letter fitted to the field it stands in."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from complain.browser.assisting import Value
from complain.browser.recognise import Seen, Verdict
from complain.case.third_parties import discreet
from complain.errors import DoesNotFit, FormChanged, MissingFact
from complain.filing.drafting import DraftInput, names_for
from complain.filing.legal_bases import letter_bases
from complain.i18n import _
from complain.letters.fit import LetterLimit, fit
from complain.letters.fit_attachments import AttachmentLimits, fit_attachments
from complain.letters.render import render_value
from complain.model import Attachment

LETTER = "{{ letter }}"
FILES = "evidence"


@dataclass
class AssistValues:
    """The values of one case for fields that nobody has described.

    Attributes:
        inputs: The facts.
        kind: Which letter is written.
        stage: 1 for the platform's own forms, 2 for those of bodies outside it.
        letter: The letter as it was typed; empty until then.
        attachments: The files as they were chosen.
        said: Sentences for the person about them.
    """

    inputs: DraftInput
    kind: str
    stage: int
    letter: str = ""
    attachments: tuple[Attachment, ...] = ()
    said: list[str] = field(default_factory=list[str])
    _names: Mapping[str, object] | None = field(default=None, init=False)

    def value_for(self, verdict: Verdict) -> Value:
        """Return what a field gets.

        Raises:
            MissingFact: The case does not hold it.
            DoesNotFit: It is longer than the field takes.
            FormChanged: The field is one that the tool cannot fill.
        """
        assert verdict.entry is not None
        source, seen = verdict.entry.value, verdict.seen
        if source == FILES:
            return Value(source=source, attachments=self._files(seen))
        text = self._letter(seen) if source == LETTER else render_value(source, self._known()).strip()
        if not text:
            raise MissingFact(_("The case does not hold it."))
        limit = seen.found.maxlength
        if limit is not None and len(text.encode("utf-16-le")) // 2 > limit:
            raise DoesNotFit(_("The field takes no more than {limit} characters.").format(limit=limit))
        return Value(text, source)

    def _known(self) -> Mapping[str, object]:
        if self._names is None:
            self._names = names_for(self.inputs, "", self.stage)
        return self._names

    def _letter(self, seen: Seen) -> str:
        inputs = self.inputs
        limit = LetterLimit(seen.around.minlength or 0, seen.found.maxlength, "utf16")
        written = fit(
            inputs.case,
            self.kind,
            limit,
            receipts=inputs.receipts,
            today=inputs.today,
            bases=letter_bases(inputs.case),
            folders=inputs.templates,
        )
        self.letter = written.text
        return written.text

    def _files(self, seen: Seen) -> tuple[Attachment, ...]:
        found = seen.found
        if found.collects:
            # Such a widget sends a file at once, and nothing is sent before the person says so.
            raise FormChanged(_("The page may send files as soon as they are chosen; choose them yourself."))
        if not self.inputs.case.evidence:
            raise MissingFact(_("The case names no evidence."))
        limits = AttachmentLimits(None if found.multiple else 1, None, types_of(seen.around.accept))
        chosen, said = fit_attachments(
            self.inputs.folder, discreet(self.inputs.case).evidence, limits, self.inputs.work
        )
        if len(chosen) < len(self.inputs.case.evidence):
            raise DoesNotFit(" ".join([*said, _("Choose the files yourself.")]))
        self.attachments = chosen
        self.said.extend(said)
        return chosen


def types_of(accept: str) -> tuple[str, ...]:
    """Return the file types that an ``accept`` attribute names; none means any.

    Args:
        accept: As ``.jpg, image/*, application/pdf``.
    """
    types: list[str] = []
    for token in filter(None, (part.strip().lower() for part in accept.split(","))):
        if token.startswith("."):
            types.append(token[1:])
        elif token == "image/*":
            types += ["jpg", "png", "gif", "webp", "bmp"]
        elif token == "*/*":
            return ()
        else:
            types += [ending[1:] for ending in mimetypes.guess_all_extensions(token)]
    return tuple(dict.fromkeys(types))


def work_folder(run_folder: Path) -> Path:
    """Return the folder for copies of attachments, made when missing."""
    folder = run_folder / "attachments"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
