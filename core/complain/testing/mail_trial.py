"""One filing of a mail channel: the real engine and real SMTP on loopback, in a home of its own."""

from __future__ import annotations

import contextlib
import copy
import io
from collections.abc import Callable
from contextlib import closing

from complain.channels.mail import MailChannel
from complain.durable import make_folder
from complain.environment import Environment
from complain.filing.drafting import DraftInput, draft_mail
from complain.filing.factory import MailSettings
from complain.filing.journal import open_journal
from complain.filing.mail_following import follow_mail
from complain.mail.mailbox import MaildirMailbox
from complain.model import Draft, FilingReport
from complain.testing.post_desk import ADDRESS, MailTrap, PostDesk
from complain.testing.trial import Bench, example_case, faults_of


class MailTrial:
    """A mail channel, a mail server that goes wrong, and a mailbox; nothing is filed yet.

    Args:
        bench: Where trials are made.
        channel: As registered.
        trap: What the server does wrong.
        address: Where the channel's letters go to.
        change: Alters the channel.
        subject: Of the complaint; empty: the example's own.
    """

    def __init__(
        self,
        bench: Bench,
        channel: MailChannel,
        trap: MailTrap = MailTrap.NONE,
        *,
        address: str = ADDRESS,
        change: Callable[[MailChannel], None] = lambda _same: None,
        subject: str = "",
    ) -> None:
        self.channel = copy.copy(channel)
        change(self.channel)
        self.case, self._folder = example_case()
        if subject:
            complaint = self.case.complaint.model_copy(update={"subject": subject})
            self.case = self.case.model_copy(update={"complaint": complaint})
        self._bench, self._address = bench, address
        self._home = bench.new_home(f"mail-{trap}")
        self._out = io.StringIO()
        self._environment = Environment(self._home, stdin=io.StringIO(), stdout=self._out, stderr=self._out)
        self.desk = PostDesk(trap, bench.canary, self._home.path / "maildir")
        self._runs = 0

    def draft(self) -> Draft:
        """Return what is to be sent.

        Raises:
            ComplainError: The channel cannot be drafted for the example case.
        """
        work = make_folder(self._home.runs / "drawn" / "attachments")
        inputs = DraftInput(self.case, self._folder, (), self._environment.today(), work)
        return draft_mail(self.channel, inputs, self._address)

    def submit(self, *, dry_run: bool = False) -> FilingReport:
        """File as ``complain submit`` does; a second time is a person's second try.

        Args:
            dry_run: Whether nothing may be sent.
        """
        self._runs += 1
        return self._listened_to(lambda: self._bench.run(self._submit(dry_run)))

    async def _submit(self, dry_run: bool) -> FilingReport:
        async with self.desk.opened() as server:
            ui, report = await self._bench.submit(
                self.channel,
                self._environment,
                self.case,
                self._folder,
                dry_run=dry_run,
                mail=MailSettings(server, addresses={self.channel.id: self._address}),
                run=f"trial-{self._runs}",
            )
        self._out.write("\n".join(ui.said))
        return report

    def look(self) -> FilingReport:
        """Read the mailbox as ``complain track`` does."""
        return self._listened_to(self._look)

    def _look(self) -> FilingReport:
        box, channels = MaildirMailbox(self.desk.mailbox), {self.channel.id: self.channel}
        with closing(open_journal(self._home.journal)) as journal:
            (followed,) = follow_mail(self._environment, journal, self.case.id, box, channels)
        return followed.report

    def _listened_to(self, act: Callable[[], FilingReport]) -> FilingReport:
        with contextlib.redirect_stdout(self._out), contextlib.redirect_stderr(self._out):
            report = act()
        self._bench.said.append("\n".join([self._out.getvalue(), str(report.as_json())]))
        return report

    @property
    def faults(self) -> str:
        """The tracebacks that the tool kept, if any."""
        return faults_of(self._home)
