"""One self-contained page under a policy that lets nothing in it run or load: for printing and for handing over."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

import jinja2
from markupsafe import Markup

from complain.templates_folder import template_folder


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(template_folder() / "evidence"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """Return a page whose style is inside it and named in its policy by its hash (W3C CSP3).

    Args:
        template: File name in ``templates/evidence``.
        values: What the template names. All of it is escaped.
    """
    style = (template_folder() / "evidence" / "evidence.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return _templates().get_template(template).render(policy=Markup(policy), style=Markup(style), **values)
