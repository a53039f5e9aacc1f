"""A channel whose form is described as data and filled in a real browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from complain.channels.base import API_VERSION, Channel, Kind

if TYPE_CHECKING:
    from playwright.async_api import Page

    from complain.case.model import Case
    from complain.channels.definition import FormDefinition
    from complain.handover import HandoverSheet


class FormChannel(Channel):
    """A web form, as its ``form.toml`` says.

    Subclass it for small behaviour that data cannot say: override the one method of that step. None of them is
    handed the submit button; the tool presses it, once.

    Args:
        definition: Path of the ``form.toml``.
        sheet: What is known for doing it by hand.
        practice: A ``form.toml`` against the practice desk of the same id.
        desk: Scheme, host and port that replace those of the definition's addresses (practice).
    """

    kind: ClassVar[Kind] = "form"

    def __init__(
        self,
        definition: Path,
        *,
        sheet: HandoverSheet | None = None,
        practice: Path | None = None,
        desk: str = "",
    ) -> None:
        from complain.channels.definition_table import read_channel_table

        self.path = definition
        self.desk = desk
        self.table: Mapping[str, Any] = read_channel_table(definition)
        super().__init__(
            id=self.table["id"],
            title=self.table["title"],
            stage=self.table.get("stage", 1),
            body=self.table.get("body"),
            sheet=sheet,
            practice=practice,
        )
        self.url = self.at_desk(self.table["url"])

    def at_desk(self, url: str) -> str:
        """Return ``url`` with the desk's scheme, host and port, when there is a desk."""
        if not self.desk or not url:
            return url
        desk, parts = urlsplit(self.desk), urlsplit(url)
        return urlunsplit((desk.scheme, desk.netloc, parts.path, parts.query, parts.fragment))

    @cached_property
    def definition(self) -> FormDefinition:
        """The whole definition, validated.

        Raises:
            DefinitionMistakes: The file has mistakes; all are named.
        """
        from complain.channels.definition import load_definition

        return load_definition(self.path)

    @property
    def verified(self) -> dt.date | None:
        """The day a person last saw it work, as the definition says."""
        return self.table.get("verified")

    @property
    def api_version(self) -> int:
        """The version of the plugin interface that the definition was written for."""
        return int(self.table.get("api_version", API_VERSION))

    def needs(self) -> tuple[str, ...]:
        """Return nothing: what a form needs is found by rendering its values."""
        return ()

    def missing(self, case: Case) -> list[str]:
        """Return the facts that the form's values name and the case lacks."""
        from complain.channels.facts import missing_facts

        return missing_facts(self.definition, case)

    async def after_open(self, page: Page) -> None:
        """Do what must be done once the form is open and before it is filled; by default nothing.

        Args:
            page: The open form.
        """

    async def after_fill(self, page: Page, number: int) -> None:
        """Do what must be done after a page was filled, before its values are read back; by default nothing.

        Args:
            page: The open form.
            number: 0-based number of the form's page.
        """

    async def before_next(self, page: Page, number: int) -> None:
        """Do what must be done before the button to the next page is pressed; by default nothing.

        Args:
            page: The open form.
            number: 0-based number of the page that is left.
        """

    async def read_receipt(self, page: Page) -> str | None:
        """Read the receipt number where the definition's ``success`` cannot say it; by default None.

        Args:
            page: The page that shows the success signal.
        """
        return None

    async def reconcile(self, page: Page, reference: str) -> bool | str | None:
        """Look, without sending anything, whether a filing arrived; by default nothing is known.

        Args:
            page: A logged-in page at the channel's address.
            reference: What an entry of this filing shows: the subject as it was sent, or how the letter begins.

        Returns:
            The number when the filing is there, True when it is there without one, False when the channel's
            own complete list does not have it, None when nobody can tell.
        """
        return None
