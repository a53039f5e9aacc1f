"""Which channel a check speaks of: a file, an installed channel, or a plugin in Python."""

from __future__ import annotations

from pathlib import Path

from complain.channels.base import Channel
from complain.channels.definition_table import parse_toml, read_text
from complain.channels.form import FormChannel
from complain.channels.handover import is_sheet
from complain.channels.mail import MailChannel
from complain.channels.registry import load_registry
from complain.environment import Environment, Home
from complain.errors import PluginMistake, UsageError
from complain.i18n import _

Subject = FormChannel | MailChannel
"""What the kit can try."""


class HasNoForm(UsageError):
    """A channel is there, and is done by hand: there is nothing that could go wrong on the way."""


def channels_of(named: str, environment: Environment | None = None) -> list[Subject]:
    """Return the form and mail channels that a person named.

    Args:
        named: A ``*.toml`` or ``*.py`` file, or the id of an installed channel.
        environment: Whose channels are meant; by default those that are installed.

    Raises:
        UsageError: There is no such file or channel, or it is done by hand.
        PluginMistake: The plugin registers no channel.
    """
    path = Path(named)
    if path.suffix == ".py" and path.is_file():
        return _registered_by(path)
    if path.is_file():
        if is_sheet(parse_toml(path, read_text(path))):
            raise _has_no_form(Channel.from_sheet(path))
        return [FormChannel(path)]
    return [channel_of(named, environment)]


def channel_of(identity: str, environment: Environment | None = None) -> Subject:
    """Return what is tried of an installed channel: its form (a built-in one's is that of its practice desk) or its mail.

    Args:
        identity: The channel's id.
        environment: Whose channels are meant; by default those that are installed.

    Raises:
        HasNoForm: It is done by hand.
        UsageError: There is no such channel.
    """
    registry = load_registry(environment or _installed_only())
    channel = registry.channels.get(identity)
    if channel is None:
        message = _("There is no channel and no file “{name}”.").format(name=identity)
        raise UsageError(" ".join([message, *registry.warnings]), next_step="complain channels")
    subject = subject_of(channel)
    if subject is None:
        raise _has_no_form(channel)
    return subject


def _has_no_form(channel: Channel) -> HasNoForm:
    return HasNoForm(
        _("Channel “{id}” is done by hand: it has nothing to try ({kind}).").format(
            id=channel.id, kind=channel.kind
        ),
        next_step=f"complain submit CASE --channels {channel.id} --dry-run",
    )


def subject_of(channel: Channel) -> Subject | None:
    """Return what is tried of a channel, or None when it is done by hand."""
    if isinstance(channel, FormChannel | MailChannel):
        return channel
    return FormChannel(channel.practice, sheet=channel.sheet) if channel.practice else None


def installed() -> dict[str, Subject]:
    """Return what is tried of every installed channel, by its id."""
    found = {id: subject_of(channel) for id, channel in load_registry(_installed_only()).channels.items()}
    return {id: subject for id, subject in found.items() if subject is not None}


def _installed_only() -> Environment:
    """Without a home, and so without the person's own configuration and plugins folders."""
    return Environment(Home(Path(__file__).with_name("no-home")))


def _registered_by(path: Path) -> list[Subject]:
    from complain.authoring.lint_python import lint_python, registered_by

    mistakes, _channels = lint_python(path)
    if mistakes:
        raise PluginMistake(
            "\n".join(map(str, mistakes)),
            next_step=_("Correct the file, then type: complain plugin lint {file}").format(file=path),
        )
    channels = registered_by(path)
    subjects = [channel for channel in channels if isinstance(channel, FormChannel | MailChannel)]
    if not subjects and channels:
        raise _has_no_form(channels[0])
    if not subjects:
        raise PluginMistake(
            _("{file} registers no channel.").format(file=path), next_step=f"complain plugin lint {path}"
        )
    return subjects
