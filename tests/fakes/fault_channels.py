"""Form channels against fault desks: each is a ``form.toml``, a far side that goes wrong in one way, and the truth.

What a desk stored is the oracle. `Trial.dishonesty` compares it with what the tool said.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes import faults
from fakes.fault_desk import Exchange, FaultDesk, Handler

NOTHING_ARRIVED = frozenset({"not_filed", "refused", "needs_human", "skipped", "prepared"})
CODE = "246810"

FORM = """<!doctype html><html lang=zh><meta charset=utf-8><title>工单</title><script src=/app.js></script>
<form id=f method=post action=/tickets/submit/><p><label>标题 <input name=title></label></p>
<p><label>问题描述 <textarea name=text></textarea></label></p>{more}<button id=go>提交工单</button></form>{script}</html>"""

FETCH = """<p id=said></p><script>
f.onsubmit = (event) => { event.preventDefault(); send(%s); };
async function send(again) {
  try {
    const answer = await fetch(f.action, { method: "POST", body: new URLSearchParams(new FormData(f)) });
    said.textContent = answer.ok ? (await answer.text()).replace(/<[^>]+>/g, " ") : "出错 " + answer.status;
  } catch (error) { if (again) send(again - 1); else said.textContent = "网络异常"; }
}</script>"""

TWICE = """<script>go.onclick = (event) => { event.preventDefault(); send(0); send(0); }</script>"""
SHORTENS_LATE = """<script>f.text.onchange = () => setTimeout(() => f.text.value = f.text.value.slice(0, 99), 400);
</script>"""
REWRITES_LATE = (
    """<script>f.title.onchange = () => setTimeout(() => f.title.value = "其他问题", 300);</script>"""
)
SHORTENS_AT_SUBMIT = """<script>f.onsubmit = () => { f.text.value = f.text.value.slice(0, 99); }</script>"""
SMS = """<p><label>短信验证码 <input name=code></label> <button type=button id=sms>获取验证码</button></p>
<script>sms.onclick = () => fetch("/sms", { method: "POST" });</script>"""


@dataclass(frozen=True)
class Fault:
    """One way to go wrong.

    Attributes:
        submit: What becomes of the submission.
        outcomes: What an honest tool may say of it.
        form: The form's page.
        further: Sets up more pages; given the desk and one that is foreign to the channel.
        fields: Further lines of ``fields``.
    """

    submit: Handler
    outcomes: frozenset[str]
    form: str = FORM.format(more="", script="")
    further: Callable[[FaultDesk, FaultDesk], None] = lambda _desk, _foreign: None
    fields: str = ""


def _fault(submit: Handler, *outcomes: str, **more: object) -> Fault:
    return Fault(submit, frozenset(outcomes), **more)  # type: ignore[arg-type]  # the keywords are the attributes


def _form(more: str = "", script: str = "") -> str:
    return FORM.format(more=more, script=script)


def _stored_then(body: str) -> Handler:
    def handler(exchange: Exchange) -> None:
        exchange.store()
        exchange.answer(200, body)

    return handler


def _to_foreign(status: int) -> Handler:
    def handler(exchange: Exchange) -> None:
        if status == 303:
            exchange.store()
        exchange.redirect(status, exchange.desk.elsewhere)  # type: ignore[attr-defined]  # set by `trials`

    return handler


def _foreign_takes(desk: FaultDesk, foreign: FaultDesk) -> None:
    foreign.on("POST", "/elsewhere", faults.receipt_at_once)
    foreign.page("/elsewhere", faults.RECEIPT)
    desk.elsewhere = foreign.url("/elsewhere")  # type: ignore[attr-defined]


def _form_fails(desk: FaultDesk, _foreign: FaultDesk) -> None:
    desk.on("GET", "/tickets/", lambda exchange: exchange.answer(503, "维护中"))


def _form_fails_twice(desk: FaultDesk, _foreign: FaultDesk) -> None:
    seen: list[int] = []

    def handler(exchange: Exchange) -> None:
        seen.append(1)
        exchange.answer(*((503, "维护中") if len(seen) < 3 else (200, _form())))

    desk.on("GET", "/tickets/", handler)


def _sends_codes(desk: FaultDesk, _foreign: FaultDesk) -> None:
    desk.on("POST", "/sms", lambda exchange: exchange.answer(204))


def _code_works_once(then: Handler) -> Handler:
    """Store the first, and say of every later one that its code is wrong: what a re-send would meet."""

    def handler(exchange: Exchange) -> None:
        if exchange.desk.stored:
            exchange.answer(200, "<p>不予受理：短信验证码不正确</p>")
            return
        then(exchange)

    return handler


def _late(exchange: Exchange) -> None:
    exchange.store()
    script = f"<p id=p>正在处理</p><script>setTimeout(() => p.textContent = '工单编号：{faults.NUMBER}', 1000)</script>"
    exchange.answer(200, script)


_SMS = {
    "form": _form(more=SMS),
    "further": _sends_codes,
    "fields": '  { label = "短信验证码", ask = "sms", send = "获取验证码" },\n',
}

FAULTS: Mapping[str, Fault] = {
    "none": _fault(faults.see_other, "filed"),
    "slow": _fault(faults.slow, "filed"),
    "late": _fault(_late, "filed"),
    "error-opening": _fault(faults.see_other, "not_filed", further=_form_fails),
    "error-opening-twice": _fault(faults.see_other, "filed", further=_form_fails_twice),
    "error-before": _fault(faults.error_before_storing, "unknown"),
    "error-after": _fault(faults.error_after_storing, "unknown"),
    "reset": _fault(faults.reset, "unknown"),
    "fin": _fault(faults.finish, "unknown"),
    "408": _fault(faults.request_timeout, "unknown"),
    "truncated-body": _fault(faults.truncated_body, "unknown"),
    "truncated-head": _fault(faults.truncated_headers, "unknown"),
    "hints-then-reset": _fault(faults.early_hints_then_reset, "unknown"),
    "hang-before": _fault(faults.hang_before_storing, "unknown"),
    "hang-after": _fault(faults.hang_after_storing, "unknown"),
    "303-foreign": _fault(_to_foreign(303), "unknown", further=_foreign_takes),
    "307-foreign": _fault(_to_foreign(307), "unknown", further=_foreign_takes),
    "307-then-reset": _fault(faults.temporary_redirect_then_reset, "unknown"),
    "login-instead": _fault(faults.login_instead, "needs_human", "unknown"),
    "session-over": _fault(lambda e: e.answer(200, "<p>登录已超时</p>"), "needs_human", "unknown"),
    "stored-then-home": _fault(_stored_then("<h1>欢迎</h1><a href=/login>登录</a>"), "unknown"),
    "refusal": _fault(faults.refusal, "refused"),
    "duplicate": _fault(_stored_then("<p>请勿重复提交</p>"), "unknown"),
    "no-number": _fault(_stored_then("<p>提交成功</p>"), "unknown"),
    "script": _fault(faults.receipt_at_once, "filed", form=_form(script=FETCH % 0)),
    "script-reset": _fault(faults.reset, "unknown", form=_form(script=FETCH % 0)),
    "script-tries-again": _fault(faults.reset, "unknown", form=_form(script=FETCH % 2)),
    "script-error-after": _fault(faults.error_after_storing, "unknown", form=_form(script=FETCH % 0)),
    "two-clicks": _fault(faults.receipt_at_once, "filed", form=_form(script=FETCH % 0 + TWICE)),
    "two-clicks-reset": _fault(faults.reset, "unknown", form=_form(script=FETCH % 0 + TWICE)),
    "rewrites-late": _fault(faults.see_other, "not_filed", form=_form(script=REWRITES_LATE)),
    "shortens-late": _fault(faults.see_other, "not_filed", form=_form(script=SHORTENS_LATE)),
    "shortens-at-submit": _fault(faults.see_other, "not_filed", form=_form(script=SHORTENS_AT_SUBMIT)),
    "code-used-up": _fault(_code_works_once(faults.reset), "unknown", **_SMS),
    "code-challenged": _fault(_stored_then("<p>短信验证码不正确</p>"), "unknown", **_SMS),
    "code": _fault(_code_works_once(faults.see_other), "filed", **_SMS),
}
"""Every fault; the names are channel ids."""

_DEFINITION = """
[channel]
id = "{id}"
title = "故障台 {id}"
url = "{url}"

[limits]
letter = {{ max = 1500 }}

[[page]]
fields = [
  {{ label = "标题", value = "{{{{ complaint.subject }}}}" }},
  {{ label = "问题描述", value = "{{{{ letter }}}}" }},
{fields}]

[submit]
button = "提交工单"
request = "POST */tickets/submit/"

[outcome]
success = '工单编号[:：]\\s*(?P<number>[A-Z0-9-]+)'
refusal = ["不予受理"]
duplicate = ["请勿重复提交"]
challenge = ["请先登录", "登录已超时", "短信验证码不正确"]
"""

_PHONE = f'''
from complain import hookimpl

@hookimpl
def complain_answer_challenge(challenge):
    return "{CODE}" if challenge.kind == "sms" else None
'''


@dataclass
class Trial:
    """One fault on a desk of its own.

    Attributes:
        name: The fault's, and the channel's id.
        fault: What goes wrong, and what may be said of it.
        desk: Where it goes wrong.
        foreign: A desk that the channel does not name.
    """

    name: str
    fault: Fault
    desk: FaultDesk
    foreign: FaultDesk

    @property
    def stored(self) -> int:
        """How many filings there are."""
        return len(self.desk.stored)

    def dishonesty(self, outcome: str, number: str | None) -> str:
        """Say in what the tool was more certain than the truth; empty when it was not."""
        if outcome in NOTHING_ARRIVED and self.stored:
            return f"{outcome}, but it is stored"
        if outcome.startswith("filed") and not self.stored:
            return f"{outcome}, but nothing is stored"
        if number is not None and (number != faults.NUMBER or outcome != "filed"):
            return f"{outcome} with the number {number}"
        return ""


@dataclass
class FaultHouse:
    """Desks with faults and a plugins folder of channels for them.

    Attributes:
        plugins: Give it to ``--plugins-dir``.
        trials: By the fault's name.
    """

    plugins: Path
    trials: dict[str, Trial] = field(default_factory=dict[str, Trial])


@contextmanager
def fault_house(folder: Path, names: Iterable[str] = tuple(FAULTS)) -> Generator[FaultHouse]:
    """Open one desk per fault and write its channel.

    Args:
        folder: Where the channels are written.
        names: Of the faults.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "phone.py").write_text(_PHONE, encoding="utf-8")
    with ExitStack() as stack:
        foreign = stack.enter_context(FaultDesk())
        house = FaultHouse(folder)
        for name in names:
            trial = Trial(name, FAULTS[name], stack.enter_context(FaultDesk()), foreign)
            _furnish(trial)
            _write_channel(folder, trial)
            house.trials[name] = trial
        yield house


def _furnish(trial: Trial) -> None:
    desk, fault = trial.desk, trial.fault
    faults.furnish(desk, fault.submit, fault.form)
    desk.script("/app.js", "/* a second request on the connection, so that it counts as reused */")
    fault.further(desk, trial.foreign)


def _write_channel(folder: Path, trial: Trial) -> None:
    text = _DEFINITION.format(id=trial.name, url=trial.desk.url("/tickets/"), fields=trial.fault.fields)
    (folder / f"{trial.name}.toml").write_text(text, encoding="utf-8")
