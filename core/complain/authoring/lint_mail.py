"""What can be known wrong about a mail channel without sending anything: its subject and its limits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complain.authoring.lint_values import value_findings
from complain.channels.definition_templates import template_mistakes
from complain.channels.mail import MailChannel
from complain.i18n import _

_PRIVATE = re.compile(r"complainant\s*\.\s*(?:phone|id_number|address)|contract_number")
_LINE_BREAK = re.compile(r"[\r\n]")


def mail_mistakes(channel: MailChannel) -> Iterator[tuple[str, str]]:
    """Yield each mistake as what is wrong and what to do.

    Args:
        channel: As a plugin registers it.
    """
    if _LINE_BREAK.search(channel.subject):
        yield (
            _("The subject has a line break; that would add lines to the mail's head."),
            _("Write it as one line."),
        )
    private = _PRIVATE.search(channel.subject)
    if private:
        yield (
            _(
                "The subject names “{fact}”, and every server and every list of mails on the way shows it."
            ).format(fact=private.group()),
            _("Leave it to the letter."),
        )
    data = {"page": [{"fields": [{"label": "subject", "value": channel.subject}]}]}
    for finding in (*template_mistakes(data), *value_findings(data)):
        yield _("The subject cannot be made. {problem}").format(problem=finding.problem), finding.remedy
    yield from _limits(channel)


def _limits(channel: MailChannel) -> Iterator[tuple[str, str]]:
    limits = channel.limits
    for name, value, least in (
        ("letter", limits.letter, 1),
        ("attachments", limits.attachments, 0),
        ("size", limits.size, 1),
    ):
        if value is not None and value < least:
            yield (
                _("The limit “{name}” is {value}, so that nothing can be sent.").format(
                    name=name, value=value
                ),
                _("Leave it out where none is known."),
            )
