"""Jinja2 so confined that a template can read the facts it is handed and do nothing else.

Beyond Jinja2's immutable sandbox: no built-in functions, a short list of filters, no multiplication of texts, and
a limit on the length of what comes out (``'a' * 10 ** 10`` passes Jinja2's own sandbox; RELIABILITY.md §4).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from complain.i18n import _
from complain.letters.trace import marked

MOST_OUTPUT = 200_000
"""Characters. The longest letter seen in the tests, with 500 incidents, has 60,000."""
MOST_SOURCE = 20_000
"""Characters of one template or form value."""

_FILTERS = [
    "default",
    "d",
    "first",
    "last",
    "length",
    "count",
    "lower",
    "upper",
    "trim",
    "string",
    "int",
    "float",
    "list",
    "sort",
    "unique",
    "map",
    "select",
    "reject",
    "selectattr",
    "rejectattr",
    "abs",
    "min",
    "max",
    "sum",
]
_TESTS = [
    "defined",
    "undefined",
    "none",
    "string",
    "number",
    "mapping",
    "sequence",
    "iterable",
    "in",
    "eq",
    "equalto",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "true",
    "false",
]
_DATE_FORMAT = re.compile(r"(?:%[YmdHMS]|[^%]){1,60}")


class UnknownFact(StrictUndefined):
    """A name that does not exist: any use of it is an error that names it."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return _fact_name(self._undefined_obj, self._undefined_name)


class EmptyFact(Undefined):
    """A fact that the case does not hold: it may be tested, never printed."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return _fact_name(self._undefined_obj, self._undefined_name)

    def __str__(self) -> str:
        raise UndefinedError(self._undefined_message)

    def __html__(self) -> str:
        raise UndefinedError(self._undefined_message)


def _fact_name(owner: object, name: object) -> str:
    fact = getattr(owner, "fact", None)
    if isinstance(fact, str):
        return f"{fact}.{name}"
    return f"[{name}]" if isinstance(name, int) else str(name)


class Confined(ImmutableSandboxedEnvironment):
    """The environment of letters and form values."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; None becomes a fact that is not known."""
        value = super().getattr(obj, attribute)
        return EmptyFact(obj=obj, name=attribute) if value is None else value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item; None becomes a fact that is not known."""
        value = super().getitem(obj, argument)
        return EmptyFact(obj=obj, name=str(argument)) if value is None else value

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute with numbers only; texts are joined with ``~``."""
        if not all(isinstance(side, int | float) and abs(side) < 10**9 for side in (left, right)):
            raise SecurityError(_("“{operator}” is for small numbers only").format(operator=operator))
        return super().call_binop(context, operator, left, right)


def confined(folders: Iterable[Path] = (), *, keep_sources: bool) -> Confined:
    """Return an environment.

    Args:
        folders: Where templates may be loaded from, first come first served.
        keep_sources: Whether printed facts keep their source between private marks (`complain.letters.trace`).
    """
    environment = Confined(
        undefined=UnknownFact,
        finalize=_with_source if keep_sources else _plain,
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.globals.clear()
    for name in set(environment.filters) - set(_FILTERS):
        del environment.filters[name]
    for name in set(environment.tests) - set(_TESTS):
        del environment.tests[name]
    environment.filters.update({"date": _date, "join": _join, "ending": _ending, "replace": _replace})
    return environment


def _with_source(value: object) -> object:
    return marked(value) if isinstance(value, str) else _plain(value)


def _plain(value: object) -> object:
    """Let through what a person would write; a list or a whole fact is a mistake of the template."""
    if isinstance(value, Undefined):
        return str(value)  # raises, and names the fact
    if isinstance(value, str | int | float | Decimal | dt.date):
        return value
    raise SecurityError(
        _("a whole {kind} cannot be printed; name what is wanted of it").format(kind=type(value).__name__)
    )


def _date(value: object, pattern: str = "%Y-%m-%d") -> str:
    if not isinstance(value, dt.date) or not _DATE_FORMAT.fullmatch(pattern):
        raise SecurityError(_("“date” takes a day and a format of %Y %m %d %H %M %S"))
    return value.strftime(pattern)


def _join(values: Iterable[object], between: str = "") -> str:
    return _bounded(between.join(str(value) for value in values))


def _ending(value: object, count: int) -> str:
    return str(value)[-count:] if 0 < count <= 50 else ""


def _replace(value: object, old: str, new: str) -> str:
    text = str(value)
    if not old or len(new) > 100:
        raise SecurityError(_("“replace” takes a text to replace and at most 100 characters instead"))
    if len(text) + text.count(old) * len(new) > MOST_OUTPUT:
        raise SecurityError(_("the result is too long"))
    return text.replace(old, new)


def _bounded(text: str) -> str:
    if len(text) > MOST_OUTPUT:
        raise SecurityError(_("the result is too long"))
    return text


def collect(pieces: Iterable[str]) -> str:
    """Join what a template yields, and stop it as soon as it is too long."""
    found: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > MOST_OUTPUT:
            raise SecurityError(_("the result is too long"))
        found.append(piece)
    return "".join(found)


_PLAIN_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Keyword,
    nodes.Test,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.List,
    nodes.Tuple,
    nodes.If,
    nodes.For,
    nodes.Call,
)


def refuse_all_but_plain(tree: nodes.Template, handed: Mapping[str, object]) -> None:
    """Refuse in a form's value whatever is not reading a fact, choosing or listing.

    Args:
        tree: The parsed value.
        handed: The names it may use; a function among them may be called.

    Raises:
        SecurityError: It does something else: assigns, imports, cuts, calls.
    """
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _PLAIN_NODES):
            raise SecurityError(
                _("“{part}” is not possible in a value").format(part=type(node).__name__.lower())
            )
        if isinstance(node, nodes.Call) and not _is_handed(node, handed):
            raise SecurityError(_("only a fact can be read here; nothing can be called"))
        if isinstance(node, nodes.For) and sum(1 for _inner in node.find_all(nodes.For)) > 1:
            raise SecurityError(_("a list within a list within a list is not possible in a value"))


def _is_handed(call: nodes.Call, handed: Mapping[str, object]) -> bool:
    return isinstance(call.node, nodes.Name) and callable(handed.get(call.node.name))
