"""A field of an unknown form is filled only when there is no doubt what it asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from assist_forms import FORMS, AssistForm
from complain.browser.recognise import look_around, recognise
from complain.browser.vocabulary import load_vocabulary
from widgets.stage import Stage, open_stage

pytestmark = pytest.mark.browser

FACTS = {
    "{{ complainant.name }}": "name",
    "{{ complainant.phone }}": "phone",
    "{{ complainant.email }}": "email",
    "{{ complainant.id_number }}": "id_number",
    "{{ complainant.address }}": "address",
    "{{ complaint.subject }}": "subject",
    "{{ letter }}": "letter",
    "{{ respondent.name }}": "respondent",
    "{{ respondent.agency }}": "agency",
    "evidence": "evidence",
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


def recognised(stage: Stage, form: AssistForm) -> dict[str, str]:
    """Id of each field that would be filled, to the fact that it would get."""

    async def work(page: Page) -> dict[str, str]:
        verdicts = recognise(await look_around(page), load_vocabulary())
        return {
            verdict.seen.around.ident.split()[-1]: FACTS.get(verdict.entry.value, verdict.entry.value)
            for verdict in verdicts
            if verdict.entry is not None
        }

    return stage.on_html(form.html, work)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_nothing_is_filled_that_a_careful_person_would_not_fill(stage: Stage, form: AssistForm) -> None:
    found = recognised(stage, form)
    assert {ident: fact for ident, fact in found.items() if form.right.get(ident) != fact} == {}


def test_precision_is_one_and_recall_is_reported(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    filled = right = wanted = 0
    missed: list[str] = []
    for form in FORMS:
        found = recognised(stage, form)
        filled += len(found)
        right += sum(form.right.get(ident) == fact for ident, fact in found.items())
        wanted += len(form.right)
        missed += [f"{form.name}: {ident}" for ident in form.right if ident not in found]
    with capsys.disabled():
        print(
            f"\nassist: {len(FORMS)} forms, precision {right}/{filled}, recall {right}/{wanted}; missed {missed}"
        )
    assert len(FORMS) >= 12
    assert right == filled
    assert right >= 0.8 * wanted


def test_every_name_of_the_vocabulary_means_one_thing() -> None:
    vocabulary = load_vocabulary()
    names = [name for entry in vocabulary.entries for name in entry.labels | entry.bare]
    assert [name for name in names if vocabulary.named(name) is None] == []
