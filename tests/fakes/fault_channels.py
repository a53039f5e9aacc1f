"""Form channels against fault desks: each is a ``form.toml``, a far side that goes wrong in one way, and the truth.

What a desk stored is the oracle. `Trial.dishonesty` compares it with what the tool said.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from fakes import faults
from fakes.fault_desk import Exchange, FaultDesk, Handler, TestAuthority
from fakes.fault_forms import FETCH, KINDS, ONE_PAGE, form

TLS = "-tls"
NOTHING_ARRIVED = frozenset({"not_filed", "refused", "needs_human", "skipped", "prepared"})
CODE = "246810"

TWICE = """<script>go.onclick = (event) => { event.preventDefault(); send(0); send(0); }</script>"""
SHORTENS_LATE = """<script>f.text.onchange = () => setTimeout(() => f.text.value = f.text.value.slice(0, 99), 400);
</script>"""
# Sent under a name that the field did not have, it is seen in the field only.
REWRITES_LATE = """<script>f.title.onchange = () => setTimeout(() => f.title.value = "其他问题", 300);
f.onsubmit = () => { f.title.name = "subject"; };</script>"""
REWRITES_AT_SUBMIT = """<script>f.onsubmit = () => { f.title.value = "其他问题"; };</script>"""
SHORTENS_AT_SUBMIT = """<script>f.onsubmit = () => { f.text.value = f.text.value.slice(0, 99); }</script>"""
SMS = """<p><label>短信验证码 <input name=code></label> <button type=button id=sms>获取验证码</button></p>
<script>sms.onclick = () => fetch("/sms", { method: "POST" });</script>"""


# What a page says by itself before anybody has answered, in the words of a refusal.
SAYS_AT_PRESS = """<script>go.addEventListener("click", () => { said.textContent = "正在提交，如遇不予受理请改日再来"; });</script>"""
ASKS_NATIVELY = """<script>f.onsubmit = () => confirm("恶意投诉将不予受理，确定提交吗？");</script>"""
TAKES_BACK = f"""<p id=said></p><script>
f.onsubmit = async (event) => {{
  event.preventDefault();
  said.textContent = "工单编号：{faults.NUMBER}";
  const answer = await fetch(f.action, {{ method: "POST", body: new URLSearchParams(new FormData(f)) }});
  said.textContent = (await answer.json()).said;
}};</script>"""
ASKS_AGAIN = """<div id=ask hidden>确认提交？%s</div><script>
f.onsubmit = (event) => { event.preventDefault(); ask.hidden = false; }; yes.onclick = () => f.submit();</script>"""
YES = "<button type=button id=yes>确定</button>"


@dataclass(frozen=True)
class Fault:
    """One way to go wrong.

    Attributes:
        submit: What becomes of the submission.
        outcomes: What an honest tool may say of it.
        form: The form's page, where it belongs to the fault; empty: any `FormKind` meets it.
        further: Sets up more pages; given the desk and one that is foreign to the channel.
        fields: Further lines of ``fields``.
        submit_lines: Further lines of ``[submit]``.
    """

    submit: Handler
    outcomes: frozenset[str]
    form: str = ""
    further: Callable[[FaultDesk, FaultDesk], None] = lambda _desk, _foreign: None
    fields: str = ""
    submit_lines: str = ""


def _fault(submit: Handler, *outcomes: str, **more: object) -> Fault:
    return Fault(submit, frozenset(outcomes), **more)  # type: ignore[arg-type]  # the keywords are the attributes


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
    in_the_end = desk.handler("GET", "/tickets/")

    def handler(exchange: Exchange) -> None:
        seen.append(1)
        if len(seen) < 3:
            exchange.answer(503, "维护中")
        else:
            in_the_end(exchange)

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


def _after_a_while(then: Handler) -> Handler:
    """Answer by ``then``, late enough for a page to be read before."""

    def handler(exchange: Exchange) -> None:
        exchange.desk.closing.wait(0.7)
        then(exchange)

    return handler


def _asks_who_it_is(exchange: Exchange) -> None:
    exchange.store()
    exchange.answer(401, "请先登录", {"WWW-Authenticate": 'Basic realm="desk"'})


def _misdirected(exchange: Exchange) -> None:
    """Store, then 421: Chromium sends again, on a new connection, whatever the method."""
    exchange.store()
    exchange.answer(421, "elsewhere")


def _nothing_done(exchange: Exchange) -> None:
    exchange.answer(200, '{"said": "系统繁忙"}', kind="application/json")


def _late(exchange: Exchange) -> None:
    exchange.store()
    script = f"<p id=p>正在处理</p><script>setTimeout(() => p.textContent = '工单编号：{faults.NUMBER}', 1000)</script>"
    exchange.answer(200, script)


_SMS = {
    "form": form(more=SMS),
    "further": _sends_codes,
    "fields": '  { label = "短信验证码", ask = "sms", send = "获取验证码" },\n',
}

_CONFIRM = {"submit_lines": 'confirm = "确定"\n'}

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
    "script": _fault(faults.receipt_at_once, "filed", form=form(script=FETCH % 0)),
    "script-reset": _fault(faults.reset, "unknown", form=form(script=FETCH % 0)),
    "script-tries-again": _fault(faults.reset, "unknown", form=form(script=FETCH % 2)),
    "script-error-after": _fault(faults.error_after_storing, "unknown", form=form(script=FETCH % 0)),
    "two-clicks": _fault(faults.receipt_at_once, "filed", form=form(script=FETCH % 0 + TWICE)),
    "two-clicks-reset": _fault(faults.reset, "unknown", form=form(script=FETCH % 0 + TWICE)),
    "rewrites-late": _fault(faults.see_other, "not_filed", form=form(script=REWRITES_LATE)),
    "shortens-late": _fault(faults.see_other, "not_filed", form=form(script=SHORTENS_LATE)),
    "rewrites-at-submit": _fault(faults.see_other, "not_filed", form=form(script=REWRITES_AT_SUBMIT)),
    "shortens-at-submit": _fault(faults.see_other, "not_filed", form=form(script=SHORTENS_AT_SUBMIT)),
    "asks-again": _fault(faults.see_other, "filed", form=form(script=ASKS_AGAIN % YES), **_CONFIRM),
    "asks-again-reset": _fault(faults.reset, "unknown", form=form(script=ASKS_AGAIN % YES), **_CONFIRM),
    "asks-twice": _fault(
        faults.see_other, "not_filed", form=form(script=ASKS_AGAIN % (YES + YES)), **_CONFIRM
    ),
    "asks-in-vain": _fault(
        faults.see_other,
        "not_filed",
        form=form(script=ASKS_AGAIN % YES.replace("id=yes", "id=yes disabled")),
        **_CONFIRM,
    ),
    "says-at-press": _fault(
        _after_a_while(faults.receipt_at_once), "filed", form=form(script=FETCH % 0 + SAYS_AT_PRESS)
    ),
    "asks-natively": _fault(faults.see_other, "filed", form=form(script=ASKS_NATIVELY), **_CONFIRM),
    "asks-harshly": _fault(
        faults.see_other, "filed", form=form(script=ASKS_AGAIN % ("不予受理的情形见须知" + YES)), **_CONFIRM
    ),
    "takes-back": _fault(_after_a_while(_nothing_done), "unknown", form=form(script=TAKES_BACK)),
    "refusal-beside-receipt": _fault(
        _stored_then(f"<p>工单编号：{faults.NUMBER}</p><p>恶意投诉不予受理</p>"), "unknown"
    ),
    "login-beside-receipt": _fault(
        _stored_then(f"<p>工单编号：{faults.NUMBER}</p><p>查询进度请先登录</p>"), "unknown"
    ),
    "401": _fault(_asks_who_it_is, "unknown"),
    "421": _fault(_misdirected, "unknown"),
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
letter = {{ max = 3000 }}

{pages}
[submit]
button = "提交工单"
request = "POST */tickets/submit/"
{submit_lines}
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


def channel_names() -> tuple[str, ...]:
    """Return every fault with every form that can meet it, plain and over TLS: ``fault[--kind][-tls]``."""
    met = {name: KINDS if not fault.form else ("page",) for name, fault in FAULTS.items()}
    return tuple(
        channel_name(fault, kind, tls)
        for fault, kinds in met.items()
        for kind in kinds
        for tls in (False, True)
    )


def one_of_each() -> tuple[str, ...]:
    """Return every fault once, the kinds of forms taking turns, plain and over TLS."""
    forms = cycle([(kind, tls) for tls in (False, True) for kind in KINDS])
    return tuple(
        channel_name(name, *(("page", False) if fault.form else next(forms)))
        for name, fault in FAULTS.items()
    )


def channel_name(fault: str, kind: str = "page", tls: bool = False) -> str:
    """Return the channel id of one fault at one kind of form."""
    form_name = kind + (TLS if tls else "")
    return fault if form_name == "page" else f"{fault}--{form_name}"


@dataclass
class Trial:
    """One fault on a desk of its own.

    Attributes:
        name: The channel's id.
        fault: What goes wrong, and what may be said of it.
        kind: The form that meets it, one of `KINDS`.
        desk: Where it goes wrong.
        foreign: A desk that the channel does not name.
    """

    name: str
    fault: Fault
    kind: str
    desk: FaultDesk
    foreign: FaultDesk

    @property
    def stored(self) -> int:
        """How many filings there are."""
        return len(self.desk.stored)

    @property
    def arrived(self) -> bool:
        """Whether the far side has the submission, stored or not."""
        return bool(self.desk.stored or self.desk.writes("/tickets/submit/"))

    def dishonesty(self, outcome: str, number: str | None) -> str:
        """Say in what the tool was more certain than the truth; empty when it was not."""
        if outcome in NOTHING_ARRIVED and self.stored:
            return f"{outcome}, but it is stored"
        if outcome.startswith("filed") and not self.stored:
            return f"{outcome}, but nothing is stored"
        if number is not None and (number != faults.NUMBER or outcome != "filed"):
            return f"{outcome} with the number {number}"
        return ""

    def furnish(self) -> None:
        """Set its desk up."""
        if self.fault.form:
            faults.furnish(self.desk, self.fault.submit, self.fault.form)
            self.desk.script("/app.js", "/* a second request, so that the connection counts as reused */")
        else:
            KINDS[self.kind].furnish(self.desk, self.fault.submit)
        self.fault.further(self.desk, self.foreign)

    def definition(self) -> str:
        """Return its ``form.toml``."""
        pages = ONE_PAGE if self.fault.form else KINDS[self.kind].pages
        return _DEFINITION.format(
            id=self.name,
            url=self.desk.url("/tickets/"),
            pages=pages % self.fault.fields,
            submit_lines=self.fault.submit_lines,
        )


@dataclass
class FaultHouse:
    """Desks with faults and a plugins folder of channels for them.

    Attributes:
        plugins: Give it to ``--plugins-dir``.
        trials: By the channel's name.
    """

    plugins: Path
    trials: dict[str, Trial] = field(default_factory=dict[str, Trial])


@contextmanager
def fault_house(
    folder: Path, names: Iterable[str] = tuple(FAULTS), authority: TestAuthority | None = None
) -> Generator[FaultHouse]:
    """Open one desk per channel and write its definition.

    Args:
        folder: Where the channels are written.
        names: Of the channels; see `channel_names`. One more ``--`` and any words tell two of a kind apart.
        authority: For those over TLS.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "phone.py").write_text(_PHONE, encoding="utf-8")
    with ExitStack() as stack:
        plain = stack.enter_context(FaultDesk())
        safe = stack.enter_context(FaultDesk(authority)) if authority else plain
        house = FaultHouse(folder)
        for name in names:
            fault, kind, *_label = [*name.split("--"), "page"]
            tls = kind.endswith(TLS)
            if tls and authority is None:
                raise ValueError(f"{name} needs an authority")
            desk = stack.enter_context(FaultDesk(authority if tls else None))
            trial = Trial(name, FAULTS[fault], kind.removesuffix(TLS), desk, safe if tls else plain)
            trial.furnish()
            (folder / f"{name}.toml").write_text(trial.definition(), encoding="utf-8")
            house.trials[name] = trial
        yield house
