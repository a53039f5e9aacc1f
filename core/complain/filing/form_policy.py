"""From a channel's definition to what its browser context may contact and write."""

from __future__ import annotations

from collections.abc import Iterable

from complain.browser.policy import NetworkPolicy, RequestRule
from complain.channels.form import FormChannel
from complain.errors import OriginRefused
from complain.i18n import _


def policy_of(channel: FormChannel, allowed: Iterable[str] = ()) -> NetworkPolicy:
    """Return the network policy of a form channel.

    Args:
        channel: The channel.
        allowed: Requests (``"METHOD glob"``) that its pages need before the submit.

    Raises:
        OriginRefused: An address of the definition is plain http and not on this computer.
    """
    definition = channel.definition
    table, submit = definition.channel, definition.submit
    try:
        return NetworkPolicy(
            url=channel.url,
            origins=table.origins,
            assets=table.assets,
            allow=tuple(map(RequestRule.parse, (*table.allow, *allowed))),
            uploads=tuple(map(RequestRule.parse, definition.uploads)),
            submit=RequestRule.parse(submit.request) if submit.request else None,
            login=(channel.at_desk(definition.login.url),) if definition.login else (),
        )
    except ValueError as error:
        raise OriginRefused(
            _("“{title}” names an address without encryption: {why}.").format(title=channel.title, why=error),
            next_step=_("Write https:// in the channel's definition."),
        ) from error
