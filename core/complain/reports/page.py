"""One self-contained HTML page: a template, its style and its script, under a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from complain.i18n import _
from complain.templates_folder import template_folder


def templates_folder() -> Path:
    """Return the folder of page templates."""
    return template_folder() / "reports"


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_page(template: str, *, style: str, script: str = "", **values: object) -> str:
    """Return a page whose style and script are inside it and named in its policy by their hashes.

    Args:
        template: File name in the templates folder, as ``preview.html.j2``.
        style: File name of its style sheet, there too; what all pages share stands before it.
        script: File name of the script; empty for a page without any.
        values: What the template names. All of it is escaped.
    """
    style_text = _file("base.css") + _file(style)
    script_text = _file(script) if script else ""
    return (
        _templates()
        .get_template(template)
        .render(
            policy=Markup(_policy(style_text, script_text)),
            style=Markup(style_text),
            script=Markup(script_text),
            _=_,
            language=_("en"),
            **values,
        )
    )


def _file(name: str) -> str:
    return (templates_folder() / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy (W3C CSP3) that allows these two texts and pictures in the page itself."""
    parts = ["default-src 'none'", "img-src data:", f"style-src '{_hash(style)}'"]
    if script:
        parts.append(f"script-src '{_hash(script)}'")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def data_uri(picture: bytes, media_type: str = "image/png") -> str:
    """Return a picture as an address that holds it."""
    return f"data:{media_type};base64,{base64.b64encode(picture).decode()}"


def readable_size(size: int) -> str:
    """Return a number of bytes for people; 1 MB is 1,000,000 bytes, as the channels' limits count."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} KB" if size < 1_000_000 else f"{size / 1_000_000:.2f} MB"
