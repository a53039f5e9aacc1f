"""What a page sends of chosen files by itself, and whether the far side took it.

A page that uploads a file as soon as it is chosen may go on showing it when nothing arrived: the form would be filed
without its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Request, Response

from complain.browser.library import element
from complain.browser.policy import is_write, without_query
from complain.browser.readback import FilledField
from complain.errors import ChannelUnreachable, ComplainError, FormChanged
from complain.i18n import _
from complain.model import Action

_FIRST_ERROR = 400
_GOES_WITH_FORM = (
    "one => Boolean(one.name && one.files?.length && one.form?.enctype === 'multipart/form-data')"
)
_TEXT_PART = re.compile(rb'form-data; name="([^"]*)"\r\n')
_OF_FILES = ("image/", "video/", "audio/", "application/pdf", "application/octet-stream")


@dataclass
class Uploads:
    """The uploads of a page, from now on.

    Attributes:
        failed: Addresses of those that did not arrive, each with the status of the answer, or None without one.
    """

    failed: dict[Request, int | None] = field(default_factory=dict[Request, int | None])

    @classmethod
    def of(cls, page: Page) -> Uploads:
        """Return the uploads of ``page`` from now on."""
        uploads = cls()
        page.on("requestfailed", uploads.note_failed)
        page.on("response", uploads.note_answer)
        return uploads

    def note_failed(self, request: Request) -> None:
        """Take note of a request without an answer."""
        if _is_upload(request):
            self.failed[request] = None

    def note_answer(self, response: Response) -> None:
        """Take note of an answer."""
        if response.status >= _FIRST_ERROR and _is_upload(response.request):
            self.failed[response.request] = response.status

    async def require(self, filled: Sequence[FilledField]) -> None:
        """See that every file arrived that the page has sent by itself.

        Args:
            filled: The fields so far. What carries their texts is the form itself, which a page may try to save or to
                send, and no upload; nor is anything lost of files that go with the form.

        Raises:
            FormChanged: Nothing of one arrived.
            ChannelUnreachable: One was answered with an error.
        """
        names = {item.found.sent_as for item in filled} - {""}
        for request, status in tuple(self.failed.items()):  # more may come meanwhile
            body = _body(request)
            texts: list[bytes] = _TEXT_PART.findall(body or b"")
            if names & {text.decode(errors="replace") for text in texts} or (
                body is None and await _go_with_form(filled)
            ):
                continue
            raise _problem(request, status)


async def _go_with_form(filled: Sequence[FilledField]) -> bool:
    """Whether every chosen file is in a field that a form sends, file and all."""
    for item in filled:
        if item.field.action is Action.FILES:
            handle = await element(item.found.frame, "unitElement", item.found.key)
            if handle is not None and not await handle.evaluate(_GOES_WITH_FORM):
                return False
    return True


def _problem(request: Request, status: int | None) -> ComplainError:
    address = without_query(request.url)
    if status is not None:
        return ChannelUnreachable(
            _("The page uploads what is chosen, and {address} answered with an error ({status}).").format(
                address=address, status=status
            ),
            next_step=_("Try it again later, or look whether the site takes such files."),
        )
    return FormChanged(
        _("The page uploads what is chosen, and nothing of it arrived at {address}.").format(address=address),
        next_step=_(
            "Write uploads = [{request}] under [channel], so that files leave after the confirm."
        ).format(request=f'"{request.method} *{urlsplit(address).path}"'),
    )


def _is_upload(request: Request) -> bool:
    """Tell whether a write of a script carries a file; a form that is sent as a page is no upload."""
    if not is_write(request.method) or request.is_navigation_request():
        return False
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith(_OF_FILES):
        return True
    return kind.startswith("multipart/form-data") and _has_file(request)


def _has_file(request: Request) -> bool:
    body = _body(request)
    return body is None or b"filename=" in body


def _body(request: Request) -> bytes | None:
    """Return what was sent; the content of large files the browser does not tell."""
    try:
        return request.post_data_buffer
    except PlaywrightError:
        return None
