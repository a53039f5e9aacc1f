"""Forms of several pages: each page is posted, and the server keeps it in the visitor's session.

What is kept is no draft: it dies with the session, and opening the first page anew throws it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from aiohttp import web

from complain.practice.classic import ClassicDesk
from complain.practice.forms import missing, read_form, too_long
from complain.practice.records import VisitorSession
from complain.practice.web import SESSION

_KEPT = "trusted"  # outlives a fresh start: the visitor has solved a captcha


@dataclass(frozen=True)
class Step:
    """One page of the form.

    Attributes:
        name: Last part of its address.
        required: Field name -> label.
        limits: Field name -> most characters.
    """

    name: str
    required: Mapping[str, str] = field(default_factory=dict[str, str])
    limits: Mapping[str, int] = field(default_factory=dict[str, int])

    def problem(self, form: Mapping[str, str]) -> str:
        """Return what is wrong with this page, one sentence, or nothing."""
        empty = missing(form, self.required)
        if empty:
            return f"请填写：{'、'.join(empty)}"
        return "填写的内容超过字数限制" if too_long(form, self.limits) else ""


class WizardDesk(ClassicDesk):
    """A desk whose form has several pages; the last one is posted to ``<root>/submit``."""

    root: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]]

    def wizard_routes(self) -> Iterable[web.RouteDef]:
        """Return the form's pages."""
        return (
            web.get(self.root, self._start),
            web.get(f"{self.root}/page/{{name}}", self._show),
            web.post(f"{self.root}/step/{{name}}", self._keep),
        )

    def choices(self) -> Mapping[str, object]:
        """Return what the pages let the visitor choose from, by name."""
        raise NotImplementedError

    def step_page(
        self, request: web.Request, step: Step, values: Mapping[str, str], error: str = ""
    ) -> web.Response:
        """Return one page of the form with ``values`` in it."""
        return self.page(
            request,
            f"{self.folder}/{step.name}.html",
            step=step,
            place=self.steps.index(step) + 1,
            steps=self.steps,
            values=values,
            error=error,
            **self.choices(),
        )

    def gap(self, session: VisitorSession) -> Step | None:
        """Return the first page before the last that was not filled, or None."""
        return next((step for step in self.steps[:-1] if step.problem(session.pages)), None)

    async def _start(self, request: web.Request) -> web.StreamResponse:
        session = self.require_login(request)
        session.pages = {name: value for name, value in session.pages.items() if name == _KEPT}
        self.store.keep_session(session)
        raise web.HTTPFound(self._address(self.steps[0]))

    async def _show(self, request: web.Request) -> web.Response:
        session = self.require_login(request)
        step = self._step(request)
        gap = self.gap(session)
        if gap is not None and self.steps.index(gap) < self.steps.index(step):
            raise web.HTTPFound(self._address(gap))
        return self.step_page(request, step, session.pages)

    async def _keep(self, request: web.Request) -> web.StreamResponse:
        session = self.require_login(request)
        step = self._step(request)
        form, _files = await read_form(request)
        error = step.problem(form)
        if error:
            return self.step_page(request, step, form, error)
        session.pages = {**session.pages, **form}
        self.store.keep_session(session)
        raise web.HTTPSeeOther(self._address(self.steps[self.steps.index(step) + 1]))

    def _step(self, request: web.Request) -> Step:
        name = request.match_info["name"]
        found = next((step for step in self.steps if step.name == name), None)
        if found is None:
            raise web.HTTPNotFound
        return found

    def _address(self, step: Step) -> str:
        return f"{self.root}/page/{step.name}"

    def finished(self, request: web.Request, form: Mapping[str, str]) -> dict[str, str]:
        """Return all pages' values with the last page's, without what is no part of the complaint."""
        session = request[SESSION]
        values = {**session.pages, **form}
        return {name: value for name, value in values.items() if name not in (_KEPT, "agreed", "code")}
