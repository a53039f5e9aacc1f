"""What a far side does with a submission: each fault stores it or not, then answers in its own bad way."""

from __future__ import annotations

import time

from fakes.fault_desk import Exchange, FaultDesk, Handler

NUMBER = "TS-2026-0042"
RECEIPT = f"<html lang=zh><body><h1>提交成功</h1><p>工单编号：{NUMBER}</p></body></html>"

PAGE = "<!doctype html><html lang=zh><meta charset=utf-8><link rel=icon href=data:,><title>工单</title>"


def see_other(exchange: Exchange) -> None:
    """Store, then 303 to the receipt."""
    exchange.store()
    exchange.redirect(303, "/done")


def see_other_and_close(exchange: Exchange) -> None:
    """Store, then 303 with ``Connection: close``."""
    exchange.store()
    exchange.redirect(303, "/done", close=True)


def receipt_at_once(exchange: Exchange) -> None:
    """Store, then the receipt itself."""
    exchange.store()
    exchange.answer(200, RECEIPT)


def reset(exchange: Exchange) -> None:
    """Store, then RST without an answer."""
    exchange.store()
    exchange.reset()


def finish(exchange: Exchange) -> None:
    """Store, then FIN without an answer."""
    exchange.store()
    exchange.finish()


def request_timeout(exchange: Exchange) -> None:
    """Store, then 408 and FIN: what a proxy says of a connection that it thought idle."""
    exchange.store()
    exchange.answer(408, "too late", close=True)


def truncated_body(exchange: Exchange) -> None:
    """Store, then half of the receipt."""
    exchange.store()
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<p>half of")
    exchange.finish()


def truncated_headers(exchange: Exchange) -> None:
    """Store, then half of the answer's head."""
    exchange.store()
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    exchange.finish()


def hang_after_storing(exchange: Exchange) -> None:
    """Store, then silence."""
    exchange.store()
    exchange.hang()


def hang_before_storing(exchange: Exchange) -> None:
    """Silence; nothing is stored."""
    exchange.hang()


def early_hints_then_reset(exchange: Exchange) -> None:
    """Store, send an interim 103, then RST: no final answer."""
    exchange.store()
    exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n")
    time.sleep(0.05)
    exchange.reset()


def error_before_storing(exchange: Exchange) -> None:
    """503, nothing stored."""
    exchange.answer(503, "请稍后再试")


def error_after_storing(exchange: Exchange) -> None:
    """Store, then 502 from a proxy in front."""
    exchange.store()
    exchange.answer(502, "Bad Gateway")


def slow(exchange: Exchange) -> None:
    """Store, then the receipt after a second and a half."""
    exchange.store()
    exchange.desk.closing.wait(1.5)
    exchange.redirect(303, "/done")


def login_instead(exchange: Exchange) -> None:
    """Nothing stored: the session is over."""
    exchange.redirect(302, "/login")


def refusal(exchange: Exchange) -> None:
    """Nothing stored, and it says so."""
    exchange.answer(200, "<p>不予受理：内容不完整</p>")


def temporary_redirect_then_reset(exchange: Exchange) -> None:
    """307 to a second address on the same desk, which stores and resets."""
    exchange.redirect(307, "/second")


def temporary_redirect_and_close(exchange: Exchange) -> None:
    """307 to a second address on the same desk, on a connection that is then closed."""
    exchange.redirect(307, "/second", close=True)


def late_confirmation(exchange: Exchange) -> None:
    """Store, then a page that tells the number a second later."""
    exchange.store()
    say = f"setTimeout(() => document.body.innerHTML = '提交成功 工单编号：{NUMBER}', 1000)"
    exchange.answer(200, f"{PAGE}<body>处理中…<script>{say}</script>")


def detects_duplicates(first: Handler) -> Handler:
    """Treat the first submission by ``first``; call every later one a duplicate."""
    return _then_says(first, "请勿重复提交")


def takes_a_code_once(first: Handler) -> Handler:
    """Treat the first submission by ``first``; its one-time code is used up by it."""
    return _then_says(first, "验证码错误或已失效")


def _then_says(first: Handler, words: str) -> Handler:
    seen: list[Exchange] = []

    def handle(exchange: Exchange) -> None:
        seen.append(exchange)
        if len(seen) == 1:
            first(exchange)
        else:
            exchange.answer(200, f"<p>{words}</p>")

    return handle


STORING: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (
        see_other,
        see_other_and_close,
        receipt_at_once,
        reset,
        finish,
        request_timeout,
        truncated_body,
        truncated_headers,
        hang_after_storing,
        early_hints_then_reset,
        error_after_storing,
        slow,
        late_confirmation,
    )
}
"""Faults (and two that are none) after which the filing is stored."""

NOT_STORING: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (hang_before_storing, error_before_storing, login_instead, refusal)
}
"""Faults after which nothing is stored."""

FORM = f"""{PAGE}
<form id=f method=post action=/tickets/submit/><label>标题 <input name=title value=投诉></label>
<label>问题描述 <textarea name=text>本人反映如下情况</textarea></label><button id=go>提交工单</button></form>"""

MULTIPART_FORM = FORM.replace("method=post", "method=post enctype=multipart/form-data").replace(
    "<button", "<input type=file name=file id=file><button"
)

FETCH_FORM = (
    PAGE
    + """<button id=go>提交工单</button><p id=said>
<script>
go.onclick = async () => {
  try {
    const answer = await fetch("/tickets/submit/", { method: "POST", body: new URLSearchParams({ title: "投诉" }) });
    said.textContent = answer.ok ? "完成 " + await answer.text() : "失败 " + answer.status;
  } catch (error) { said.textContent = "出错 " + error; }
};
</script>"""
)

DOUBLE_CLICK_TRAP = (
    FORM.replace("<button id=go>", "<button id=go type=button>")
    + """<script>
for (const kind of ["click", "mouseup"]) go.addEventListener(kind, () => f.submit());
</script>"""
)
"""One click, two submissions: a handler on the button and one on its release."""


def furnish(desk: FaultDesk, submit: Handler, form: str = FORM) -> None:
    """Give a desk a form, a receipt page and a log-in page, and one way to take a submission."""
    desk.page("/tickets/", form)
    desk.page("/done", RECEIPT)
    desk.page("/login", "<p>请先登录</p>")
    desk.page("/favicon.ico", "")
    desk.on("POST", "/tickets/submit/", submit)
    desk.on("POST", "/second", reset)
