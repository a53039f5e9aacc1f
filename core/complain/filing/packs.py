"""Hand-over packs: where they are written, and from which draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from complain.channels.base import Channel
from complain.durable import make_folder
from complain.environment import Environment
from complain.filing.drafting import DraftInput, draft_pack, letters_of, names_for
from complain.letters.render import render_value
from complain.model import Draft
from complain.reports.pack_content import PackContent, PackLetter, draft_fields, sheet_call, sheet_fields


@dataclass(frozen=True)
class PackMaker:
    """Writes packs of one channel.

    Attributes:
        environment: Says where packs are kept.
        inputs: Facts and folders for drafting.
    """

    environment: Environment
    inputs: Callable[[], DraftInput]

    def draft(self, channel: Channel) -> Draft:
        """Return what the person will paste."""
        return draft_pack(channel, self.inputs())

    def write(self, channel: Channel, draft: Draft | None, reason: str) -> Path:
        """Write the pack and return its page.

        Args:
            channel: The channel.
            draft: What the person will paste; made anew when None.
            reason: Why it is not done by the tool; empty for a channel that never is.
        """
        from complain.reports.pack import write_pack

        inputs = self.inputs()
        folder = make_folder(self.environment.home.packs / inputs.case.id / channel.id)
        return write_pack(
            folder, self._content(channel, inputs, draft or draft_pack(channel, inputs), reason)
        )

    def _content(self, channel: Channel, inputs: DraftInput, draft: Draft, reason: str) -> PackContent:
        names = names_for(inputs, draft.letter, channel.stage)
        sheet = channel.sheet
        render = partial(render_value, names=names)
        fields = (
            draft_fields(draft) if draft.pages or draft.mail or sheet is None else sheet_fields(sheet, render)
        )
        call = sheet_call(sheet.telephone, render) if sheet is not None and sheet.telephone else None
        lenders = {loan.lender_type.value for loan in inputs.case.loans} or {"unknown"}
        platform = f"{inputs.case.platform.name} {inputs.case.platform.app or ''}"
        return PackContent(
            channel=channel.id,
            title=channel.title,
            case_id=inputs.case.id,
            fields=fields,
            sheet=sheet,
            letter=draft.letter,
            letters=tuple(PackLetter(letter.name, letter.text) for letter in letters_of(channel, inputs)),
            attachments=draft.attachments,
            reason=reason,
            address=channel.url,
            entries=sheet.entries_for(platform, lenders) if sheet else None,
            call=call,
            practice=self.environment.practice,
            case_folder=str(inputs.folder.absolute()),
        )
