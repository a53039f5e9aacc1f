"""A value of a form can read facts and do nothing else."""

from __future__ import annotations

import pytest

from complain.errors import MissingFact, PluginMistake
from complain.letters.render import letter_names, render_value
from complain.letters.sandbox import confined
from letter_cases import TODAY, small_loan

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ complainant.name.__class__ }}",
    "{{ complainant.__init__.__globals__ }}",
    "{{ complaint|attr('__class__') }}",
    "{{ complainant['__class__'] }}",
    "{{ incidents | map(attribute='__class__') | list }}",
    "{{ incidents | selectattr('__class__') | list }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ '{0.__class__}'.format(complainant) }}",
    "{{ complainant.name.format_map(complainant) }}",
    "{{ incidents.append(1) }}",
    "{% import 'letters/platform.txt.j2' as p %}",
    "{% include 'letters/platform.txt.j2' %}",
    "{% extends 'letters/_full.txt.j2' %}",
    "{% set x = complainant %}{{ x }}",
    "{% macro m() %}{% endmacro %}{{ m() }}",
    "{% call complainant() %}{% endcall %}",
    "{{ secret('regulator.password') }}",
    "{{ complaint.subject.upper() }}",
    "{{ complainant }}",
    "{{ incidents }}",
]
FLOODS = [
    "{{ 'a' * 10 ** 10 }}",
    "{{ 'a' ~ 'b' * 999999999 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a'.center(1000000000) }}",
    "{{ 'a' | center(1000000000) }}",
    "{{ range(1000000000) | list }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'aaaa' | replace('a', 'b' * 1000000) }}",
    "{{ complainant.name | indent(100000000) }}",
    "{% for a in incidents %}{% for b in incidents %}{% for c in incidents %}x{% endfor %}{% endfor %}{% endfor %}",
    "x" * 20_001,
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ today | date('%1000000000d') }}",
    "{{ demands | map('center', 1000000000) | list }}",
]
CUTS = [
    "{{ complaint.subject[:5] }}",
    "{{ complaint.summary | truncate(5) }}",
    "{{ demands | batch(2) | list }}",
]


@pytest.mark.parametrize("source", ESCAPES + FLOODS + CUTS, ids=range(len(ESCAPES + FLOODS + CUTS)))
def test_an_escape_a_flood_or_a_cut_is_refused(source: str) -> None:
    with pytest.raises((PluginMistake, MissingFact)):
        render_value(source, letter_names(small_loan(), receipts=(), today=TODAY))


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("{{ complainant.id_number }}", "complainant.id_number"),
        ("{{ complainant.adress }}", "complainant.adress"),
        ("{{ nobody }}", "nobody"),
        ("{{ incidents[3].time }}", "incidents[4].time"),
        ("{{ '电话' ~ complainant.address }}", "complainant.address"),
        ("{{ complainant.id_number | trim }}", "complainant.id_number"),
        ("{{ [complainant.id_number] | join }}", "complainant.id_number"),
    ],
)
def test_a_missing_fact_is_named(source: str, fact: str) -> None:
    with pytest.raises(MissingFact) as caught:
        render_value(source, letter_names(small_loan(), receipts=(), today=TODAY))
    assert f"“{fact}”" in caught.value.message


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ complainant.email }}", "lin@example.com"),
        ("{{ complainant.phone | ending(4) }}", "1234"),
        ("{{ incidents[0].at | date('%Y/%m/%d %H:%M') }}", "2026/10/08 22:41"),
        ("{{ today }}", "2026-11-23"),
        ("{{ complainant.id_number or '' }}", ""),
        ("{% if complainant.id_number %}有{% else %}无{% endif %}", "无"),
        ("{{ complainant.address | default('未填') }}", "未填"),
        ("{{ respondent.name }}/{{ respondent.lender_type }}", "示范小额贷款有限公司/small-loan"),
        (
            "{{ incidents | map(attribute='person') | unique | join('、') }}",
            "本人、本人亲属（表姐）、本人工作单位（公司前台）、本人朋友",
        ),
        ("{{ incidents | map(attribute='date') | min }}", "2026-10-08"),
        ("{{ demands | length }}", "6"),
        ("{{ receipts | length + 1 }}", "1"),
        ("{% for d in demands %}{{ loop.index }}{% endfor %}", "123456"),
    ],
)
def test_facts_can_be_read_chosen_and_listed(source: str, value: str) -> None:
    assert render_value(source, letter_names(small_loan(), receipts=(), today=TODAY)) == value


def test_only_a_function_that_was_handed_in_can_be_called() -> None:
    def secret(name: str) -> str:
        return f"<{name}>"

    assert render_value("{{ secret('a') }}", {"secret": secret}) == "<a>"


def test_a_case_text_is_never_read_as_a_template() -> None:
    case = small_loan().model_copy(
        update={"complaint": small_loan().complaint.model_copy(update={"summary": "{{ 7 * 7 }}{% raw %}"})}
    )
    names = letter_names(case, receipts=(), today=TODAY)
    assert render_value("{{ complaint.summary }}", names) == "{{ 7 * 7 }}{% raw %}"


def test_the_environment_holds_no_function_of_its_own() -> None:
    environment = confined(keep_sources=True)
    assert not environment.globals
    assert not {"center", "format", "indent", "xmlattr", "attr", "urlize", "truncate", "random"} & set(
        environment.filters
    )
