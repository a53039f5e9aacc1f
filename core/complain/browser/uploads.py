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
from complain.errors import FormChanged
from complain.i18n import _
from complain.model import Action, Attachment

_FIRST_ERROR = 400
_TELLING = 4  # characters; a shorter text stands in any body
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
        if not _is_upload(response.request):
            return
        if response.status >= _FIRST_ERROR:
            self.failed[response.request] = response.status
            return
        for earlier in [one for one in self.failed if _place(one) == _place(response.request)]:
            del self.failed[earlier]  # the page tried again, and this time it arrived

    async def require(self, filled: Sequence[FilledField]) -> None:
        """See that every file arrived that the page has sent by itself.

        Args:
            filled: The fields so far. What carries their texts is the form itself, which a page may try to save or to
                send, and no upload; nor is anything lost of files that go with the form.

        Raises:
            FormChanged: Nothing of one arrived, or it was answered with an error.
        """
        files = [one for item in filled for one in item.field.attachments]
        if not files:
            return
        for request, status in tuple(self.failed.items()):  # more may come meanwhile
            body = _body(request)
            if body is None and await _go_with_form(filled):
                continue
            if body is None or (_carries(body, files) and not _is_of_the_form(body, filled)):
                raise _problem(request, status)


def _place(request: Request) -> tuple[str, str]:
    return request.method, without_query(request.url)


def _carries(body: bytes, files: Sequence[Attachment]) -> bool:
    """Whether a body holds one of the files, and not something of the page's own, as what it measures."""
    return any(len(body) == one.size or f'filename="{one.name}"'.encode() in body for one in files)


def _is_of_the_form(body: bytes, filled: Sequence[FilledField]) -> bool:
    """Whether a body holds the form's own texts: an attempt to save it or to send it."""
    names = {item.found.sent_as for item in filled} - {""}
    texts: list[bytes] = _TEXT_PART.findall(body)
    if names & {text.decode(errors="replace") for text in texts}:
        return True
    values = [text for item in filled for text in item.field.values if len(text) >= _TELLING]
    return any(text.encode() in body for text in values)


async def _go_with_form(filled: Sequence[FilledField]) -> bool:
    """Whether every chosen file is in a field that a form sends, file and all."""
    for item in filled:
        if item.field.action is Action.FILES:
            handle = await element(item.found.frame, "unitElement", item.found.key)
            if handle is not None and not await handle.evaluate(_GOES_WITH_FORM):
                return False
    return True


def _problem(request: Request, status: int | None) -> FormChanged:
    address = without_query(request.url)
    if status is not None:
        return FormChanged(  # not tried again: what was sent and asked before would be sent and asked again
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
