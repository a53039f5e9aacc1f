"""Every way in which a page can send something, each as a script that is run in a page of a fault desk.

A script gets the desk's origin, and the origin of a second desk that the channel names too.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from fakes.fault_desk import Exchange, FaultDesk


@dataclass(frozen=True)
class Kind:
    """One way to send.

    Attributes:
        name: What it is.
        script: The body of an async function of ``(desk, second)``.
        when: ``now``, or ``leave``: when its page is left or closed.
    """

    name: str
    script: str
    when: str = "now"

    @property
    def path(self) -> str:
        """Where it sends to."""
        return f"/sent/{self.name}"


def _post(name: str, call: str, when: str = "now") -> Kind:
    return Kind(name, call.replace("PATH", f"/sent/{name}"), when)


_SUBMIT = "const form = document.createElement('form'); form.method = 'post'; form.action = 'PATH'; {more} document.body.append(form); {send}"


def _form(name: str, more: str = "", send: str = "form.submit();") -> Kind:
    return _post(name, _SUBMIT.format(more=more, send=send))


NOW = (
    _form("form"),
    _form("form-in-new-tab", "form.target = '_blank';"),
    _form("form-multipart", "form.enctype = 'multipart/form-data';"),
    _form("form-text", "form.enctype = 'text/plain';"),
    _form(
        "form-in-iframe",
        "const frame = document.createElement('iframe'); frame.name = 'inner'; document.body.append(frame); form.target = 'inner';",
    ),
    _form("form-request-submit", send="form.requestSubmit();"),
    _form(
        "form-action-of-button",
        "form.action = '/elsewhere'; const b = document.createElement('button'); b.formAction = 'PATH'; form.append(b);",
        send="b.click();",
    ),
    _form("form-elsewhere", "form.action = second + 'PATH';"),
    _post("put", "fetch('PATH', { method: 'PUT', body: 'x' });"),
    _post("delete", "fetch('PATH', { method: 'DELETE' });"),
    _post("fetch", "fetch('PATH', { method: 'POST', body: 'x' });"),
    _post("fetch-elsewhere", "fetch(second + 'PATH', { method: 'POST', body: 'x', mode: 'no-cors' });"),
    _post(
        "fetch-with-preflight",
        "fetch(second + 'PATH', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });",
    ),
    _post("fetch-keepalive", "fetch('PATH', { method: 'POST', body: 'x', keepalive: true });"),
    _post("options-with-body", "fetch('PATH', { method: 'OPTIONS', body: 'x' });"),
    _post("xhr", "const x = new XMLHttpRequest(); x.open('POST', 'PATH'); x.send('x');"),
    _post(
        "xhr-sync",
        "setTimeout(() => { const x = new XMLHttpRequest(); x.open('POST', 'PATH', false); x.send('x'); });",
    ),
    _post("beacon", "navigator.sendBeacon('PATH', 'x');"),
    _post(
        "ping",
        "const a = document.createElement('a'); a.href = '#x'; a.ping = 'PATH'; a.textContent = 'x'; document.body.append(a); a.click();",
    ),
    _post(
        "csp-report",
        "const f = document.createElement('iframe'); f.src = '/page-with-csp?report=PATH'; document.body.append(f);",
    ),
    _post(
        "data-page",
        "const f = document.createElement('iframe'); f.src = `data:text/html,<form method=post action=\"${desk}PATH\"></form><script>document.forms[0].submit()</script>`; document.body.append(f);",
    ),
    _post(
        "blob-page",
        "const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob([`<script>fetch('${desk}PATH', { method: 'POST', body: 'x' })</script>`], { type: 'text/html' })); document.body.append(f);",
    ),
    _post(
        "srcdoc-page",
        "const f = document.createElement('iframe'); f.srcdoc = `<script>fetch('${desk}PATH', { method: 'POST', body: 'x' })</script>`; document.body.append(f);",
    ),
    _post(
        "blank-iframe",
        "const f = document.createElement('iframe'); document.body.append(f); f.contentWindow.fetch(desk + 'PATH', { method: 'POST', body: 'x' });",
    ),
    _post(
        "iframe-elsewhere",
        "const f = document.createElement('iframe'); f.src = second + '/sends?to=PATH'; document.body.append(f);",
    ),
    _post(
        "popup-written",
        "const w = open('about:blank'); w.document.write(`<script>fetch('${desk}PATH', { method: 'POST', body: 'x' })</script>`);",
    ),
    _post("popup-noopener", "open('/sends?to=PATH', '_blank', 'noopener');"),
    _post("popup-elsewhere", "open(second + '/sends?to=PATH');"),
    _post("popup-isolated", "open('/sends-isolated?to=PATH');"),
    _post(
        "popup-that-closes",
        "const w = open('about:blank'); w.fetch(desk + 'PATH', { method: 'POST', body: 'x', keepalive: true }); w.close();",
    ),
    _post("worker", "new Worker('/sends.js?to=PATH');"),
    _post("module-worker", "new Worker('/sends.js?to=PATH', { type: 'module' });"),
    _post(
        "blob-worker",
        "const u = URL.createObjectURL(new Blob([`fetch('${desk}PATH', { method: 'POST', body: 'x' })`])); new Worker(u); URL.revokeObjectURL(u);",
    ),
    _post("nested-worker", "new Worker('/nests.js?to=PATH');"),
    _post(
        "object",
        "const o = document.createElement('object'); o.data = '/sends?to=PATH'; document.body.append(o);",
    ),
    _post(
        "embed",
        "const e = document.createElement('embed'); e.type = 'text/html'; e.src = '/sends?to=PATH'; document.body.append(e);",
    ),
    _post(
        "svg",
        "const f = document.createElement('iframe'); f.src = '/sends.svg?to=PATH'; document.body.append(f);",
    ),
    _post(
        "javascript-address",
        "const f = document.createElement('iframe'); f.src = `javascript:fetch('${desk}PATH', { method: 'POST', body: 'x' })`; document.body.append(f);",
    ),
    _post("shared-worker", "new SharedWorker('/sends.js?to=PATH');"),
    _post(
        "service-worker",
        "await navigator.serviceWorker.register('/sends.js?to=PATH').catch(() => 0);",
    ),
    _post("fetch-later", "fetchLater('PATH', { method: 'POST', body: 'x', activateAfter: 0 });"),
    _post(
        "meta-refresh",
        "const f = document.createElement('iframe'); f.srcdoc = `<meta http-equiv=refresh content=\"0; url=${desk}/sends?to=PATH\">`; document.body.append(f);",
    ),
    _post("redirected-307", "fetch('/declared?to=PATH', { method: 'POST', body: 'x' });"),
    _post(
        "redirected-308-elsewhere",
        "fetch('/declared-308?to=' + encodeURIComponent(second + 'PATH'), { method: 'POST', body: 'x', mode: 'no-cors' });",
    ),
    _form("form-redirected-307", "form.action = '/declared?to=PATH';"),
)
"""Kinds that send at once. The last three are redirects of a write that the channel declares."""

LEAVING = (
    _post(
        "pagehide-beacon", "addEventListener('pagehide', () => navigator.sendBeacon('PATH', 'x'));", "leave"
    ),
    _post(
        "pagehide-keepalive",
        "addEventListener('pagehide', () => { fetch('PATH', { method: 'POST', body: 'x', keepalive: true }); });",
        "leave",
    ),
    _post(
        "visibility-beacon",
        "document.addEventListener('visibilitychange', () => navigator.sendBeacon('PATH', 'x'));",
        "leave",
    ),
    _post(
        "unload-xhr",
        "addEventListener('unload', () => { const x = new XMLHttpRequest(); x.open('POST', 'PATH'); x.send('x'); });",
        "leave",
    ),
    _post(
        "beforeunload-fetch",
        "addEventListener('beforeunload', () => { fetch('PATH', { method: 'POST', body: 'x', keepalive: true }); });",
        "leave",
    ),
    _post("fetch-later-leaving", "fetchLater('PATH', { method: 'POST', body: 'x' });", "leave"),
)
"""Kinds that send when their page is left or closed."""


_TOLD = "fetch(SOCKET.replace('ws', 'http') + '/told', { mode: 'no-cors' })"
_OPEN = f"""{{ const told = () => {_TOLD};
try {{ const opened = new OF.WebSocket(SOCKET); opened.onopen = opened.onerror = told; }} catch {{ told(); }} }}"""


def _open(socket: str = "socket", of: str = "self") -> str:
    """Open a WebSocket and, once it is open or refused, ask for ``/told``: by then the attempt has been made."""
    return _OPEN.replace("SOCKET", socket).replace("OF", of)


_INNER = _open("'${socket}'")
_WORKER_OF_BLOB = f"""
const source = new Blob([`{_INNER}`], {{ type: 'text/javascript' }});
const address = URL.createObjectURL(source); new Worker(address, OPTIONS); URL.revokeObjectURL(address);
"""
_FRAME = "const frame = document.createElement('iframe');"
_NAMED = "new URLSearchParams(location.search).get('to')"

SOCKETS = {
    "page": _open(),
    "blank-iframe": f"{_FRAME} document.body.append(frame); {_open(of='frame.contentWindow')}",
    "srcdoc-iframe": f"{_FRAME} frame.srcdoc = `<script>{_INNER}</script>`; document.body.append(frame);",
    "popup": f"const popup = open('about:blank'); {_open(of='popup')}",
    "stream": "const told = () => TOLD; try { new WebSocketStream(socket).opened.then(told, told); } catch { told(); }".replace(
        "TOLD", _TOLD.replace("SOCKET", "socket")
    ),
    "worker": "new Worker('/socket.js?to=' + socket);",
    "module-worker": "new Worker('/socket.js?to=' + socket, { type: 'module' });",
    "strict-worker": "new Worker('/strict.js?to=' + socket);",
    "nested-worker": "new Worker('/nested-socket.js?to=' + socket);",
    "worker-of-plain-text": "new Worker('/socket.txt?to=' + socket);",
    "worker-without-a-type": "new Worker('/socket?to=' + socket);",
    "worker-of-an-old-type": "new Worker('/socket.jscript?to=' + socket, { type: 'module' });",
    "worker-with-another-status": "new Worker('/socket-203.js?to=' + socket);",
    "importing-worker": "new Worker('/imports.js?to=' + socket);",
    "worker-of-blob": _WORKER_OF_BLOB.replace("OPTIONS", "{}"),
    "module-worker-of-blob": _WORKER_OF_BLOB.replace("OPTIONS", "{ type: 'module' }"),
    "worker-of-data": f"new Worker('data:text/javascript,' + encodeURIComponent(`{_INNER}`));",
    "worker-of-blob-in-worker": "new Worker('/blob-socket.js?to=' + socket);",
    "shared-worker": "try { new SharedWorker('/socket.js?to=' + socket); } catch { TOLD; }".replace(
        "TOLD", _TOLD.replace("SOCKET", "socket")
    ),
}
"""Ways to open a WebSocket, each the body of an async function of ``(socket)``: the desk's ``wss:`` address."""


_RULES = '{"prefetch": [{"source": "list", "urls": ["/next?ahead"], "eagerness": "immediate"}]}'
_RULED = "<!doctype html><title>rules</title><body><p id=host>x"
_MAKE = (
    f"const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = '{_RULES}';"
)

SPECULATIONS = {
    "in-the-page": f"{_RULED}<script type=speculationrules>{_RULES}</script>",
    "by-script": f"{_RULED}<script>{_MAKE} document.body.append(s);</script>",
    "in-a-shadow": f"{_RULED}<script>{_MAKE} host.attachShadow({{ mode: 'closed' }}).append(s);</script>",
    "in-a-declared-shadow": f"{_RULED}<div><template shadowrootmode=open><script type=speculationrules>{_RULES}"
    "</script></template></div>",
    "in-the-head-of-the-answer": _RULED,
}
"""Pages that have the browser itself fetch the next page ahead: a read that no guard sees."""


def speculate(desk: FaultDesk, way: str) -> None:
    """Give a desk the page ``/speculates``."""
    headers = {"Speculation-Rules": '"/rules.json"'} if way == "in-the-head-of-the-answer" else {}
    desk.page("/speculates", SPECULATIONS[way], headers)
    desk.on("GET", "/rules.json", lambda e: e.answer(200, _RULES, kind="application/speculationrules+json"))


def furnish(desk: FaultDesk) -> None:
    """Give a desk the pages and scripts that the kinds use."""
    sends = "<script>fetch(new URLSearchParams(location.search).get('to'), { method: 'POST', body: 'x' })</script>"
    worker = "fetch(new URLSearchParams(location.search).get('to'), { method: 'POST', body: 'x' });"
    desk.page("/tickets/", "<!doctype html><title>form</title><body><p>form")
    desk.page("/next", "<!doctype html><title>next</title><p>next")
    desk.page("/favicon.ico", "")
    desk.page("/sends", sends)
    desk.page("/sends-isolated", sends, {"Cross-Origin-Opener-Policy": "same-origin"})
    desk.script("/sends.js", worker)
    picture = f"<svg xmlns='http://www.w3.org/2000/svg'>{sends}</svg>"
    desk.on("GET", "/sends.svg", lambda e: e.answer(200, picture, kind="image/svg+xml"))
    desk.script("/nests.js", "new Worker('/sends.js' + location.search);")
    desk.page("/told", "")
    opens = f"const socket = {_NAMED}; {_open()}"
    desk.script("/socket.js", opens)
    desk.on("GET", "/socket.txt", lambda e: e.answer(200, opens, kind="text/plain"))
    desk.on("GET", "/socket", lambda e: e.answer(200, opens, kind=""))
    desk.on("GET", "/socket.jscript", lambda e: e.answer(200, opens, kind="text/jscript"))
    desk.on("GET", "/socket-203.js", lambda e: e.answer(203, opens, kind="text/javascript"))
    desk.script("/strict.js", f"/* a licence */ 'use strict';\n{opens}")
    desk.script("/nested-socket.js", "new Worker('/socket.js' + location.search);")
    desk.script("/imports.js", "importScripts('/socket.js' + location.search);")
    desk.script("/blob-socket.js", f"const socket = {_NAMED}; {_WORKER_OF_BLOB.replace('OPTIONS', '{}')}")
    desk.on("GET", "/page-with-csp", _answer_with_csp)
    desk.on("POST", "/declared", lambda e: e.redirect(307, e.request.query.partition("=")[2]))
    desk.on("POST", "/declared-308", lambda e: e.redirect(308, unquote(e.request.query.partition("=")[2])))


def _answer_with_csp(exchange: Exchange) -> None:
    to = exchange.request.query.partition("=")[2]
    policy = f"img-src 'none'; report-uri {to}"
    exchange.answer(200, "<img src=http://127.0.0.1:9/x.png>", {"Content-Security-Policy": policy})
