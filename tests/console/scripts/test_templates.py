"""What the text of a script may be, and what it becomes."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from console.facts.call import CallFacts
from console.facts.views import CaseView, CompanyView, CustomerView, OrderView
from console.queues.directory import Agent
from console.scripts.templates import FIELDS, MAX_OUTPUT, VALUES, TextEnvironment, mistakes, tidy_name

ENGLISH = TextEnvironment("en_GB", ZoneInfo("Europe/Bratislava"), "EUR")
SLOVAK = TextEnvironment("sk", ZoneInfo("Europe/Bratislava"), "EUR")


def filled(text: str, environment: TextEnvironment = ENGLISH, **context: Any) -> str:
    assert mistakes(text) == []
    return environment.fill_in(environment.from_string(text), context)


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
        ("{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "the text nests deeper than 30 levels", None),
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


def test_dates_and_money_in_the_reader_s_language_and_zone() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    order = SimpleNamespace(total=Decimal("1234.5"), currency="CZK", placed_at=late)
    text = "{{ orders[0].placed_at | date }}: {{ orders[0].total | money }}"
    text += ", {{ orders[0].total | money(orders[0].currency) }}"
    assert filled(text, orders=[order]) == "22 November 2026: €1,234.50, CZK1,234.50"
    assert filled(text, SLOVAK, orders=[order]) == "22. novembra 2026: 1\xa0234,50\xa0€, 1\xa0234,50\xa0CZK"


def test_values_without_a_filter() -> None:
    customer = SimpleNamespace(name="Ana", birthday=date(1990, 5, 1), ref=1234.5)
    text = "{{ customer.name }} {{ customer.birthday }} {{ customer.ref }}"
    assert filled(text, customer=customer) == "Ana 1 May 1990 1,234.5"


def test_choices_and_defaults() -> None:
    known = "{{ customer.segment | default('standard') }}"
    text = f"{{% if customer is defined and customer %}}{known}{{% else %}}new{{% endif %}}"
    assert filled(text, customer=SimpleNamespace(segment="gold")) == "gold"
    assert filled(text, customer=SimpleNamespace(segment=None)) == "standard"
    assert filled(text, customer=SimpleNamespace()) == "standard"
    assert filled(text, customer=None) == "new"
    assert filled(text) == "new"


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("{{ customer.name }}", {}),
        ("{{ customer.name }}", {"customer": None}),
        ("{{ customer.name }}", {"customer": SimpleNamespace(name=None)}),
        ("{{ customer.numbers }}", {"customer": SimpleNamespace(numbers=())}),
        ("{{ customer.birthday_today }}", {"customer": SimpleNamespace(birthday_today=True)}),
        ("{{ customer.name.upper }}", {"customer": SimpleNamespace(name="Ana")}),
        ("{{ orders[0].ref }}", {"orders": ()}),
        ("{{ (orders | first).ref }}", {"orders": ()}),
        ("{{ facts['cases.open'] }}", {"facts": {}}),
        ("{% if customer.name %}x{% endif %}", {}),
    ],
)
def test_what_is_missing_or_no_text_is_an_error(text: str, context: dict[str, Any]) -> None:
    with pytest.raises(UndefinedError):
        filled(text, **context)


def test_a_day_must_be_a_day() -> None:
    for context in ({"customer": SimpleNamespace(name="Ana")}, {"customer": None}):
        with pytest.raises(UndefinedError):
            filled("{{ customer.name | date }}", **context)


def test_text_is_cut_off_and_without_control_characters() -> None:
    assert len(filled("{{ customer.name }}", customer=SimpleNamespace(name="x" * 1_000_000))) == MAX_OUTPUT
    assert filled("{{ customer.name }}", customer=SimpleNamespace(name="A\u202en\x00a\ufeff\n")) == "Ana\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("MRKVA  JOZEF", "Mrkva Jozef"),
        ("Jozef Mrkva", "Jozef Mrkva"),
        ("Anne-Marie McDonald", "Anne-Marie McDonald"),
        ("IBM SK", "Ibm SK"),
    ],
)
def test_names(written: str, said: str) -> None:
    assert tidy_name(written) == said


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
        internal = {"id", "user_id"}
        assert {field.name for field in fields(view)} | properties == set(FIELDS[name]) | (
            internal & {field.name for field in fields(view)}
        ), name
    assert set(FIELDS) | {"answers", "facts"} == set(VALUES)
