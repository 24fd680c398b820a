"""What the text of a script may be."""

from dataclasses import fields
from types import UnionType
from typing import get_type_hints

import pytest

from console.facts.call import CallFacts
from console.facts.views import CaseView, CompanyView, CustomerView, ItemView, NumberView, OrderView
from console.queues.directory import Agent
from console.scripts.templates import FIELDS, LISTS, PARTS, VALUES, mistakes
from console.scripts.value_types import DAY, NUMBER, TEXT, YES_NO, Types


@pytest.mark.parametrize(
    ("text", "why", "nearest"),
    [
        ("{% for a in orders %}{% endfor %}", "a text may not use a loop (for)", None),
        ("{% macro a() %}{% endmacro %}", "a text may not use a macro", None),
        ("{% set a = 1 %}", "a text may not use set", None),
        ("{% include 'a' %}", "a text may not use include", None),
        ("{% import 'a' as b %}", "a text may not use import", None),
        ("{% extends 'a' %}", "a text may not use extends", None),
        ("{% block a %}{% endblock %}", "a text may not use block", None),
        ("{% filter upper %}a{% endfilter %}", "a text may not use a filter block", None),
        ("{{ range(9) }}", "a text may not use a call", None),
        ("{{ customer.name.format(1) }}", "a text may not use a call", None),
        ("{{ 'a' * 9 }}", "a text may not use *", None),
        ("{{ 9 ** 9 }}", "a text may not use **", None),
        ("{{ '%99999d' % 9 }}", "a text may not use %", None),
        ("{{ 9 // 2 }}", "a text may not use //", None),
        ("{{ orders[1:2] }}", "a text may not use a slice", None),
        ("{{ customer.name | center(9) }}", 'there is no filter "center", only date, money', None),
        ("{{ customer.name | nam }}", 'there is no filter "nam", only date, money', "name"),
        ("{{ customer.name is callable }}", 'there is no test "callable"', None),
        ("{{ customer.__class__ }}", 'a text may not look at "__class__"', None),
        ("{{ customer['__class__'] }}", 'a text may not look at "__class__"', None),
        ("{{ custmer.name }}", 'there is no value "custmer", only customer, company', "customer"),
        ("{{ customer.nam }}", '"customer" has no "nam", only ref, name', "name"),
        ("{{ customer['nam'] }}", '"customer" has no "nam", only ref, name', "name"),
        ("{{ orders[0].totl | money }}", '"orders" has no "totl", only ref', "total"),
        ("{{ late_orders.ref }}", '"late_orders" are several', "late_orders[0].ref"),
        ("{{ facts['cases.opn'] }}", 'there is no fact "cases.opn"', "cases.open"),
        ("{{ answers.voucher_mail }}", 'this script takes down no answer "voucher_mail"', "voucher_email"),
        ("{{ customer.name", "the text cannot be read: unexpected end of template", None),
        ("{% if 1 %}", "the text cannot be read: ", None),
        ("{{ " + "(" * 1_500 + "1" + ")" * 1_500 + " }}", "the text nests deeper than 30 levels", None),
        ("{% if 1 %}" * 40 + "{% endif %}" * 40, "the text nests deeper than 30 levels", None),
        ("{{ 1" + " + 1" * 50 + " }}", "the text nests deeper than 30 levels", None),
    ],
)
def test_what_a_text_may_not_be(text: str, why: str, nearest: str | None) -> None:
    found = mistakes(text, ["voucher_email"])
    assert why in found[0].why
    assert found[0].nearest == nearest


@pytest.mark.parametrize(
    ("text", "why", "nearest"),
    [
        (
            "{{ customer.name.first }}",
            '"customer.name" is a text and has no "first"',
            "customer.name | first",
        ),
        ("{{ customer.name.zfill }}", '"customer.name" is a text and has no "zfill"', "customer.name"),
        ("{{ call.queue.title }}", '"call.queue" is a text and has no "title"', "call.queue"),
        ("{{ orders[0].total['x'] }}", '"orders[0].total" is a number and has no "x"', "orders[0].total"),
        ("{{ orders[0].total[0] }}", '"orders[0].total" is a number, and no list', "orders[0].total"),
        ("{{ orders[0].items[0].nam }}", '"orders[0].items[0]" has no "nam", only sku, name', "name"),
        ("{{ orders[0].items.name }}", '"orders[0].items" are several', "orders[0].items[0].name"),
        ("{{ (orders | first).total.x }}", '"orders | first.total" is a number and has no "x"', None),
        ("{{ orders[0].placed_at | money }}", '"orders[0].placed_at": it is a day, and no amount', "date"),
        ("{{ orders[0].total | date }}", '"orders[0].total": it is a number, and no day', "money"),
        ("{{ orders[0].total | upper }}", "it is a number, and no text", "orders[0].total | money"),
        ("{{ call.line | first }}", "it is a number, and no list", None),
        ("{{ 5 - customer.name }}", '"5 - customer.name" cannot be worked out: a number - a text', None),
        ("{{ call.line - orders[0].placed_at }}", "cannot be worked out: a number - a day", None),
        ("{{ customer.name + 5 }}", "cannot be worked out: a text + a number", None),
        ("{% if customer.name > 5 %}a{% endif %}", '"customer.name > 5" cannot be worked out', None),
        ("{{ customer.birthday_today }}", '"customer.birthday_today" is yes or no, and no text', "{% if"),
        ("{{ customer.numbers }}", '"customer.numbers" is a list, and no text', "customer.numbers[0].e164"),
        ("{{ customer.attributes }}", '"customer.attributes" is several things, and no text', None),
        ('{{ facts["caller.known"] }}', "is yes or no, and no text", None),
        ("{# x #}", "the text is always empty", None),
        ("{{ '' }} {% if customer %} {% endif %}", "the text is always empty", None),
    ],
)
def test_what_surely_fails(text: str, why: str, nearest: str | None) -> None:
    found = mistakes(text)
    assert found
    assert why in found[0].why
    assert found[0].is_sure
    assert nearest is None or nearest in (found[0].nearest or "")


@pytest.mark.parametrize("text", ["{{ customer.name | date }}", "{{ customer.ref | money }}"])
def test_what_fails_for_most_is_not_sure(text: str) -> None:
    [found] = mistakes(text)
    assert "it is a text, and no" in found.why
    assert not found.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.attributes.born | date }} {{ customer.attributes['x'] }} {{ answers.a | money }}",
        "{{ customer.name[0] | upper }} {{ (orders | last).items[0].quantity }} {{ orders[0].total + 1 }}",
        "{{ customer.segment | default('x') | upper }} {{ customer.birthday | default('never') }}",
        "{{ customer.name + ' ' + customer.ref }} {{ call.line ~ customer.name }}",
        "{{ 'a' if customer.birthday_today else 'b' }} {{ facts['purchases.categories'] | first }}",
        "{% if orders[0].late_days > 3 and customer.numbers | length >= 2 %}a{% endif %}",
        "{{ orders[0].total - 5 | default(1) }} {{ facts['attr.x'] }} {{ customer.numbers[0].e164 }}",
        "plain",
    ],
)
def test_what_may_work_is_left(text: str) -> None:
    assert mistakes(text) == []


def test_the_types_of_values_are_those_of_the_records() -> None:
    types = Types(FIELDS, PARTS, LISTS)
    named = {name for names in (*FIELDS.values(), *PARTS.values()) for name in names}
    kinds = {"str": TEXT, "int": NUMBER, "float": NUMBER, "Decimal": NUMBER, "bool": YES_NO}
    kinds |= {"date": DAY, "datetime": DAY}
    for view in (CustomerView, CompanyView, OrderView, CaseView, CallFacts, Agent, ItemView, NumberView):
        for name, said in get_type_hints(view).items():
            parts = said.__args__ if isinstance(said, UnionType) else (said,)
            kind = next((kinds[part.__name__] for part in parts if part.__name__ in kinds), None)
            if kind and name in named:
                assert types.of_field(name) is kind, name


def test_what_is_refused_hides_nothing_else_that_is_wrong() -> None:
    text = "{% for a in orders %}{{ a.ref }} {{ loop.index }}{% endfor %}{{ customer.nme }}{{ call.line.x }}"
    refused, unknown, below = mistakes(text)
    assert "a loop" in refused.why
    assert unknown.nearest == "name"
    assert below.why == '"call.line" is a number and has no "x"'
    assert [found.why for found in mistakes("{{ range(9) }}")] == ["a text may not use a call"]
    assert 'no value "loop"' in mistakes("{{ loop.index }}")[0].why
    assert len(mistakes("{{ (" + "-" * 200 + "1) }}")) == 1


def test_the_reader_of_templates_ends_no_sentence() -> None:
    [found] = mistakes("{{ customer.name customer.ref }}")
    assert found.why == "the text cannot be read: expected token '}}', got 'customer'"
    assert not mistakes("{% if 1 %}")[0].why.endswith(".")


def test_answers_are_left_open_when_they_are_not_known() -> None:
    assert mistakes("{{ answers.anything }}") == []
    assert mistakes("{{ answers.wish }}", ["wish"]) == []


def test_what_may_be_named_is_what_there_is() -> None:
    views = {
        "customer": CustomerView,
        "company": CompanyView,
        "orders": OrderView,
        "late_orders": OrderView,
        "open_cases": CaseView,
        "call": CallFacts,
        "agent": Agent,
    }
    for name, view in views.items():
        properties = {key for key, value in vars(view).items() if isinstance(value, property)}
        internal = {"id", "user_id", "closed_at", "touched"}
        assert {field.name for field in fields(view)} | properties == set(FIELDS[name]) | (
            internal & {field.name for field in fields(view)}
        ), name
    assert set(FIELDS) | {"answers", "facts"} == set(VALUES)
    for name, part in (("items", ItemView), ("numbers", NumberView)):
        assert {field.name for field in fields(part)} == set(PARTS[name])
