"""Hand-over packs: where they are written, and from which draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.commands import named_home, typed
from complain.durable import make_folder
from complain.environment import Environment
from complain.errors import ComplainError
from complain.filing.drafting import DraftInput, draft_form, draft_mail, draft_pack, letters_of, names_for
from complain.filing.letter_writing import is_public
from complain.letters.render import render_value
from complain.model import Draft
from complain.practice.people import CHANNELS, practice_secrets
from complain.reports.pack_content import PackContent, PackLetter, draft_fields, sheet_call, sheet_fields

PORT_VARIABLE = "COMPLAIN_PRACTICE_PORT"
"""Names the first of the five ports in packs of practice: the desks of the run are gone when one is opened."""
_PRACTICE_PORT = 8640


@dataclass(frozen=True)
class PackMaker:
    """Writes packs of one channel.

    Attributes:
        environment: Says where packs are kept.
        inputs: Facts and folders for drafting.
        recipient: Where a mail channel sends to; empty: the person is asked for it.
    """

    environment: Environment
    inputs: Callable[[], DraftInput]
    recipient: str = ""

    def draft(self, channel: Channel) -> Draft:
        """Return what the person will paste: what the tool itself would have put in, where it knows the form."""
        try:
            if isinstance(channel, FormChannel):
                return draft_form(channel, self.inputs())
            if isinstance(channel, MailChannel) and self.recipient:
                return draft_mail(channel, self.inputs(), self.recipient)
        except ComplainError as error:  # the form cannot be given it; a person may still find a place for it
            draft = draft_pack(channel, self.inputs())
            return replace(draft, warnings=(error.message, *draft.warnings))
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
        return write_pack(folder, self._content(channel, inputs, draft or self.draft(channel), reason))

    def _content(self, channel: Channel, inputs: DraftInput, draft: Draft, reason: str) -> PackContent:
        names = names_for(inputs, draft.letter, channel.stage, public=is_public(channel))
        sheet = channel.sheet
        render = partial(render_value, names=names)
        is_known = bool(draft.pages or draft.mail or sheet is None)
        fields = draft_fields(draft) if is_known or sheet is None else sheet_fields(sheet, render)
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
            remarks=tuple(remark for remark in draft.warnings if remark != reason),
            address=self._address(channel, draft),
            entries=sheet.entries_for(platform, lenders) if sheet else None,
            call=call,
            practice=self.environment.practice,
            case_folder=str(inputs.folder.absolute()),
            options=named_home(self.environment.home),
            has_own_labels=is_known,
            buttons=tuple(page.next for page in draft.pages[:-1]),
            submit=_submit(channel) if draft.pages else (),
            rehearsal=self._rehearsal(channel) if self.environment.practice else (),
        )

    def _address(self, channel: Channel, draft: Draft) -> str:
        if draft.mail is not None:
            return draft.mail.recipient
        if not self.environment.practice or channel.id not in CHANNELS or not channel.url:
            return channel.url
        parts = urlsplit(channel.url)
        host = f"127.0.0.1:{self._practice_port(channel.id)}"
        return urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))

    def _practice_port(self, channel: str) -> int:
        named = self.environment.environ.get(PORT_VARIABLE, "")
        return int(named if named.isdecimal() else _PRACTICE_PORT) + CHANNELS.index(channel)

    def _rehearsal(self, channel: Channel) -> tuple[str, ...]:
        """Return how the desk is reached: the one of the run is closed by the time that the pack is read."""
        if channel.id not in CHANNELS:
            return ()
        first = self._practice_port(CHANNELS[0])
        command = typed("complain", "practice", "--port", str(first), *named_home(self.environment.home))
        secrets, user = practice_secrets(), f"{channel.id}.user"
        account = (
            f"演练账号 {secrets[user]}，密码 {secrets[f'{channel.id}.password']}。" if user in secrets else ""
        )
        return tuple(
            step
            for step in (
                f"先在终端里打开演练柜台，开着不要关：{command}",
                _practice_mail(self._practice_port(channel.id)) if isinstance(channel, MailChannel) else "",
                account,
                f"短信验证码和扫码确认都在演练手机上：http://127.0.0.1:{first}/_phone",
            )
            if step
        )


def _practice_mail(port: int) -> str:
    return f"收信的是本机的演练邮箱：发信服务器 127.0.0.1，端口 {port}，不加密、不登录。不要从真实邮箱发。"


def _submit(channel: Channel) -> tuple[str, ...]:
    if not isinstance(channel, FormChannel):
        return ()
    submit = channel.definition.submit
    return tuple(label for label in (submit.button, submit.confirm) if label)
