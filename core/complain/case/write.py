"""From answers to ``case.toml``: every key that was asked about, with what it means, answered or not."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence

import tomlkit
from tomlkit.items import AoT, Item, Table

from complain.case.answers import Answers
from complain.case.interview import MOST_REPEATS, questions
from complain.case.kinds import Basis, DemandKind
from complain.case.labels import label, word
from complain.i18n import _

_BARE = frozenset({"at", "as_of", "overdue_since", "told_on", "taken_on", "principal", "interest", "fees"})
_KEYS: dict[str, tuple[str, ...]] = {
    "complainant": ("name", "phone", "email", "reachable_at"),
    "platform": ("name", "app"),
    "loans": (
        "product",
        "contract_number",
        "lender",
        "lender_type",
        "lender_source",
        "principal",
        "interest",
        "fees",
        "as_of",
        "overdue_since",
        "assignment_notice",
    ),
    "collection_agency": ("name", "known_from"),
    "complaint": ("subject", "summary"),
    "incidents": (
        "at",
        "kind",
        "number",
        "reached",
        "reached_note",
        "how",
        "answered",
        "words",
        "disclosed_debt",
        "basis",
        "told_by",
        "told_on",
    ),
    "contacts": ("at", "channel", "with_whom", "number", "asked", "answer"),
    "evidence": ("file", "title", "shows"),
}
_ALPHABET = "abcdefghkmnpqrstuvwxyz"  # without letters that look like digits


def new_case_id() -> str:
    """Return a short name that tells nothing about the matter, as ``case-hqtw``.

    It holds no digits, so that it is never masked as if it were a personal number.
    """
    return "case-" + "".join(secrets.choice(_ALPHABET) for _letter in range(4))


def case_text(answers: Answers, files: Sequence[str]) -> str:
    """Return the text of ``case.toml`` for these answers.

    Args:
        answers: With a case id. Those that the questions lead to are written; what was skipped stands there as a comment.
        files: Files of the case folder that could be evidence, as they were when asked.
    """
    return _Writer(answers, files).text()


class _Writer:
    def __init__(self, answers: Answers, files: Sequence[str]) -> None:
        asked = [question.key for question in questions(answers, files)]
        self.given = {key: answers.given[key] for key in asked if key in answers.given}
        self.answers = Answers(self.given)
        self.case_id = answers.case_id

    def text(self) -> str:
        document = tomlkit.document()
        document.add(
            tomlkit.comment(_("What each key means: docs/case-toml.md. Only true things may stand here."))
        )
        document.add("id", _string(self.case_id))
        for name in ("complainant", "platform"):
            document.add(name, self._table(name, name))
        self._add_many(document, "loans")
        if self.answers.value("collection_agency.name"):
            document.add("collection_agency", self._table("collection_agency", "collection_agency"))
        document.add("complaint", self._table("complaint", "complaint"))
        for name in ("incidents", "contacts"):
            self._add_many(document, name)
        self._add_array(document, "demands", list(self._demands()))
        self._add_array(document, "evidence", list(self._evidence()))
        return tomlkit.dumps(document)

    def _add_many(self, document: tomlkit.TOMLDocument, name: str) -> None:
        tables = [self._table(name, f"{name}.{place}") for place in self._places(name)]
        self._add_array(document, name, tables)

    def _add_array(self, document: tomlkit.TOMLDocument, name: str, tables: list[Table]) -> None:
        if tables:
            document.add(name, AoT(tables))

    def _places(self, name: str) -> Iterator[int]:
        for place in range(MOST_REPEATS):
            prefix = f"{name}.{place}."
            if any(
                answer.values
                for key, answer in self.given.items()
                if key.startswith(prefix) and key != f"{prefix}more"
            ):
                yield place

    def _table(self, name: str, prefix: str) -> Table:
        table = tomlkit.table()
        table.comment(label(name))
        for key in _KEYS[name]:
            self._put(table, name, key, prefix)
        if name == "incidents":
            self._link_evidence(table, prefix)
        if name == "complainant":
            self._mention_identity(table)
        return table

    def _put(self, table: Table, name: str, key: str, prefix: str) -> None:
        value = self._value(f"{prefix}.{key}")
        if value:
            item = _bare(value) if key in _BARE else _string(value)
            table.add(key, item.comment(label(f"{name}.{key}")))
        elif f"{prefix}.{key}" in self.given:
            table.add(tomlkit.comment(self._open_key(name, key, prefix)))

    def _value(self, path: str) -> str:
        if path == "complainant.reachable_at":
            reachable = self.answers.value("complainant.reachable")
            return {"hours": self.answers.value("complainant.hours"), "no": ""}.get(reachable, reachable)
        if path.endswith(".basis") and path in self.given:
            # Who cannot say how they know of it has not vouched for it: it must not be printed as a fact.
            return self.answers.value(path) or Basis.INFERRED.value
        return self.answers.value(path)

    def _open_key(self, name: str, key: str, prefix: str) -> str:
        unknown = self.given[f"{prefix}.{key}"].skipped == "unknown"
        why = _("not known") if unknown else _("to be added later")
        return f"{key} =   # " + _("{name}: {value}").format(name=label(f"{name}.{key}"), value=why)

    def _mention_identity(self, table: Table) -> None:
        if self.answers.value("complainant.id_number"):
            table.add(tomlkit.comment(_("Your identity number is in the system's password store.")))

    def _link_evidence(self, table: Table, prefix: str) -> None:
        place = prefix.rsplit(".", 1)[-1]
        numbers = [
            number + 1
            for number in range(len(self.answers.values("evidence.files")))
            if place in self.answers.values(f"evidence.{number}.incidents")
        ]
        if numbers:
            table.add("evidence", tomlkit.item(numbers).comment(label("incidents.evidence")))

    def _demands(self) -> Iterator[Table]:
        for kind in self.answers.values("demands.kinds"):
            own = self.answers.value("demands.own") if kind == "other" else ""
            if kind == "other" and not own:
                continue
            table = tomlkit.table()
            table.add("kind", _string(kind).comment(word(DemandKind(kind))))
            if own:
                table.add("text", _string(own))
            yield table

    def _evidence(self) -> Iterator[Table]:
        for number, file in enumerate(self.answers.values("evidence.files")):
            table = tomlkit.table()
            table.add("file", _string(file).comment(f"{label('evidence')} {number + 1}"))
            for key in ("title", "shows"):
                self._put(table, "evidence", key, f"evidence.{number}")
            yield table


def _string(text: str) -> Item:
    return tomlkit.string(text + "\n" if "\n" in text else text, multiline="\n" in text)


def _bare(value: str) -> Item:
    assert re.fullmatch(r"[\d .:-]+", value), "a date, a time or an amount"
    return tomlkit.value(value)
