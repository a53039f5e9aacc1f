"""From an address to a file or a project on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from complain.authoring.begin import look_at, require_address
from complain.authoring.form_text import Beginning, beginning, id_of
from complain.authoring.project import write_project
from complain.channels.base import ID, RESERVED
from complain.environment import Environment
from complain.errors import UsageError
from complain.i18n import _


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for.

    Attributes:
        url: Of the form.
        id: Of the channel; empty: made of the address.
        output: The file to write; None: named after the id.
        package: A folder for an installable project; None: one file.
        headed: Whether the window can be seen.
    """

    url: str
    id: str = ""
    output: Path | None = None
    package: Path | None = None
    headed: bool = False


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        beginning: The definition, and what is open in it.
        form: The ``form.toml``.
        files: All files.
    """

    beginning: Beginning
    form: Path
    files: tuple[Path, ...]

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        told = {key: value for key, value in asdict(self.beginning).items() if key != "text"}
        return {**told, "form": str(self.form), "files": [str(file) for file in self.files], "exit_code": 0}


def begin_channel(wanted: Wanted, environment: Environment) -> Written:
    """Open a form, read it, and write a first definition. Nothing is filled, nothing is sent.

    Args:
        wanted: What and where.
        environment: Names the browser.

    Raises:
        UsageError: The id cannot be one, or a file is there already: nothing is ever overwritten.
        ComplainError: As `look_at`.
    """
    require_address(wanted.url)
    identity = wanted.id or id_of(wanted.url)
    if ID.fullmatch(identity) is None or identity in RESERVED:
        raise UsageError(
            _("“{value}” cannot be a channel's id.").format(value=identity),
            next_step=f"complain plugin new {wanted.url} --id NAME",
        )
    output = wanted.output or Path(f"{identity}.toml")
    if wanted.package is None and output.exists():
        raise UsageError(
            _("{file} is there already; nothing was written.").format(file=output),
            next_step=f"complain plugin new {wanted.url} --output FILE.toml",
        )
    begun = beginning(look_at(wanted.url, environment, headed=wanted.headed), identity)
    if wanted.package is not None:
        files = write_project(wanted.package, identity, begun.text)
        return Written(begun, next(file for file in files if file.name == "form.toml"), tuple(files))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(begun.text, encoding="utf-8")
    return Written(begun, output, (output,))
