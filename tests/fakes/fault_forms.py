"""The ways in which a site builds one and the same form: the far side's half, and the lines of the definition.

Every kind ends in one ``POST /tickets/submit/`` with a title and a text, so that each fault can meet each of them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from fakes import faults
from fakes.fault_desk import Exchange, FaultDesk, Handler

HEAD = "<!doctype html><html lang=zh><meta charset=utf-8><title>工单</title><script src=/app.js></script>"
FORM = (
    HEAD
    + """<form id=f method=post action=/tickets/submit/><p><label>标题 <input name=title></label></p>
<p><label>问题描述 <textarea name=text></textarea></label></p>{more}<button id=go>提交工单</button></form>{script}</html>"""
)
FETCH = """<p id=said></p><script>
f.onsubmit = (event) => { event.preventDefault(); send(%s); };
async function send(again) {
  try {
    const answer = await fetch(f.action, { method: "POST", body: new URLSearchParams(new FormData(f)) });
    said.textContent = answer.ok ? (await answer.text()).replace(/<[^>]+>/g, " ") : "出错 " + answer.status;
  } catch (error) { if (again) send(again - 1); else said.textContent = "网络异常"; }
}</script>"""
WIZARD = (
    HEAD
    + """<form id=f onsubmit="return false"><div id=one><p><label>标题 <input name=title></label></p>
<button type=button id=next>下一步</button></div><div id=two hidden><p><label>问题描述 <textarea name=text></textarea>
</label></p><button type=button id=go>提交工单</button></div></form><p id=said></p><script>
next.onclick = () => { one.hidden = true; two.hidden = false; };
go.onclick = () => {
  const request = new XMLHttpRequest();
  request.open("POST", "/tickets/submit/");
  request.onload = () => { said.textContent = request.status < 400 ? request.response.replace(/<[^>]+>/g, " ") : "出错"; };
  request.onerror = () => { said.textContent = "网络异常"; };
  request.send(new FormData(f));
};</script></html>"""
)
FIRST_PAGE = (
    HEAD
    + """<form method=post action=/tickets/next><p><label>标题 <input name=title></label></p>
<button>下一步</button></form></html>"""
)

_TITLE = '  { label = "标题", value = "{{ complaint.subject }}" },\n'
_TEXT = '  { label = "问题描述", value = "{{ letter }}" },\n'


def form(more: str = "", script: str = "") -> str:
    """Return the plain form of one page, with further fields and a script."""
    return FORM.format(more=more, script=script)


def _second_page(exchange: Exchange) -> None:
    (title,) = parse_qs(exchange.request.body.decode())["title"]
    hidden = f'<input type=hidden name=title value="{html.escape(title)}">'
    text = "<p><label>问题描述 <textarea name=text></textarea></label></p>"
    action = "<form id=f method=post action=/tickets/submit/>"
    exchange.answer(200, f"{HEAD}{action}{hidden}{text}<button id=go>提交工单</button></form></html>")


def _asks_page_by_page(desk: FaultDesk) -> None:
    desk.on("POST", "/tickets/next", _second_page)


@dataclass(frozen=True)
class FormKind:
    """One way to build the form.

    Attributes:
        first: Its first page.
        pages: The ``[[page]]`` tables of its definition; ``%s`` stands for further lines of ``fields``.
        further: Sets up what else it needs.
    """

    first: str
    pages: str
    further: Callable[[FaultDesk], None] = lambda _desk: None

    def furnish(self, desk: FaultDesk, submit: Handler) -> None:
        """Set a desk up for it."""
        faults.furnish(desk, submit, self.first)
        desk.script("/app.js", "/* a second request on the connection, so that it counts as reused */")
        self.further(desk)


ONE_PAGE = f"[[page]]\nfields = [\n{_TITLE}{_TEXT}%s]\n"
_FIRST = f'[[page]]\nfields = [\n{_TITLE}]\nnext = "下一步"\n'
_SECOND = f"[[page]]\nfields = [\n{_TEXT}%s]\n"

KINDS: Mapping[str, FormKind] = {
    "page": FormKind(form(), ONE_PAGE),
    "fetch": FormKind(form(script=FETCH % 0), ONE_PAGE),
    "pages": FormKind(FIRST_PAGE, f'{_FIRST}allow = ["POST */tickets/next"]\n{_SECOND}', _asks_page_by_page),
    "wizard": FormKind(WIZARD, _FIRST + _SECOND),
}
"""One page sent by the browser; one page sent by a script; two pages from the far side; two steps of one page."""
