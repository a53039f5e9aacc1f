"""``complain secret``: passwords and other secrets, typed unseen or piped in, never on the command line."""

from __future__ import annotations

import re

import click

from complain.cli.options import ComplainGroup, pass_environment, say
from complain.environment import Environment
from complain.errors import UsageError
from complain.i18n import _

SESSION_KEY = "session-key"  # complain.browser.sessions.KEY_NAME, not imported: `list` stays light
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@click.group(cls=ComplainGroup, help="Keep passwords in the system's password store.")
def secret() -> None:
    """Group of the commands that follow."""


@secret.command("set", help="Store a secret; it is asked for unseen, or read from standard input.")
@click.argument("name")
@click.argument("value", nargs=-1, metavar="")
@pass_environment
def set_secret(environment: Environment, name: str, value: tuple[str, ...]) -> None:
    """Store one secret.

    Args:
        environment: Streams and home.
        name: As ``helpdesk.user``.
        value: Refused: a value on the command line can be read in the process list and the shell's history.
    """
    _check_name(name)
    if value:
        raise UsageError(
            _("A secret is never given on the command line: others could read it there. Nothing was stored."),
            next_step=f"complain secret set {name}",
        )
    _refuse_practice(environment)
    from complain.vault import open_vault

    vault = open_vault(environment)
    vault.get(name)  # nobody types a secret that cannot be stored
    vault.set(name, _typed(environment, name))
    say(environment, {"stored": name}, _("“{name}” is in the system's password store.").format(name=name))


@secret.command("delete", help="Remove a secret.")
@click.argument("name")
@pass_environment
def delete_secret(environment: Environment, name: str) -> None:
    """Remove one secret.

    Args:
        environment: Streams and home.
        name: As ``helpdesk.user``.
    """
    _refuse_practice(environment)
    from complain.vault import open_vault

    removed = open_vault(environment).delete(name)
    words = _("“{name}” was removed.") if removed else _("There was no secret “{name}”.")
    say(environment, {"deleted": name, "existed": removed}, words.format(name=name))


@secret.command("list", help="List the names of the stored secrets, never their values.")
@pass_environment
def list_secrets(environment: Environment) -> None:
    """List the names; the password store is not asked.

    Args:
        environment: Streams and home.
    """
    from complain.vault import known_names

    names = known_names(environment.home)
    lines = [_line(name) for name in names] or [_("No secret is stored.")]
    say(environment, {"secrets": list(names)}, "\n".join(lines))


def _line(name: str) -> str:
    return _("{name}  (opens the kept log-ins)").format(name=name) if name == SESSION_KEY else name


def _check_name(name: str) -> None:
    if name == SESSION_KEY:
        raise UsageError(_("“{name}” is used by the tool itself; choose another name.").format(name=name))
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            _("A secret's name is made of letters, digits, dots, hyphens and underscores, as mail.password.")
        )


def _refuse_practice(environment: Environment) -> None:
    if environment.practice:
        raise UsageError(_("The practice desks need no secrets, and the password store is left alone."))


def _typed(environment: Environment, name: str) -> str:
    """Return the secret: asked for without echo at a terminal, else all of standard input but its last line end."""
    if environment.stdin.isatty():
        import getpass

        return getpass.getpass(_("{name} (not shown): ").format(name=name), stream=environment.stderr)
    return environment.stdin.read().removesuffix("\n").removesuffix("\r")
