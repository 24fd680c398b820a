"""What the text of a script may be."""

from dataclasses import fields

import pytest

from console.facts.call import CallFacts
from console.facts.views import CaseView, CompanyView, CustomerView, ItemView, NumberView, OrderView
from console.queues.directory import Agent
from console.scripts.templates import FIELDS, PARTS, VALUES, mistakes


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
