"""What texts become with a customer's values; what they can reach, and what is told when they fail."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.scripts.filling import MAX_OUTPUT, TextEnvironment, TextError
from console.scripts.filters import FILTERS
from console.scripts.templates import read

ENGLISH = TextEnvironment("en_GB", ZoneInfo("Europe/Bratislava"), "EUR")
SLOVAK = TextEnvironment("sk", ZoneInfo("Europe/Bratislava"), "EUR")


def filled(
    text: str,
    environment: TextEnvironment = ENGLISH,
    language: str | None = None,
    region: str | None = None,
    **context: Any,
) -> str:
    assert read(text)[1] == []
    compiled = environment.compile_text(text)
    assert compiled is not None
    return environment.fill_in(compiled, context, language, region)


def why(text: str, **context: Any) -> str:
    with pytest.raises(TextError) as caught:
        filled(text, **context)
    return caught.value.why


def test_days_and_amounts() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    order = SimpleNamespace(total=Decimal("1234.5"), currency="CZK", placed_at=late)
    text = "{{ orders[0].placed_at | date }}: {{ orders[0].total | money }}"
    text += ", {{ orders[0].total | money(orders[0].currency) }}"
    assert filled(text, orders=[order]) == "22 November 2026: €1,234.50, CZK1,234.50"
    assert filled(text, SLOVAK, orders=[order]) == "22. novembra 2026: 1\xa0234,50\xa0€, 1\xa0234,50\xa0CZK"
    assert (
        filled(text, SLOVAK, "da", "DK", orders=[order])
        == "22. november 2026: 1.234,50\xa0€, 1.234,50\xa0CZK"
    )


def test_values_without_a_filter() -> None:
    customer = SimpleNamespace(name="Ana", birthday=date(1990, 5, 1), ref=1234.5)
    text = "{{ customer.name }} {{ customer.birthday }} {{ customer.ref }}"
    assert filled(text, customer=customer) == "Ana 1 May 1990 1,234.5"
    assert filled(text, language="da", customer=customer) == "Ana 1. maj 1990 1.234,5"


def test_choices_and_defaults() -> None:
    known = "{{ customer.segment | default('standard') }}"
    text = f"{{% if customer is defined and customer %}}{known}{{% else %}}new{{% endif %}}"
    assert filled(text, customer=SimpleNamespace(segment="gold")) == "gold"
    assert filled(text, customer=SimpleNamespace(segment=None)) == "standard"
    assert filled(text, customer=SimpleNamespace()) == "standard"
    assert filled(text, customer=None) == "new"
    assert filled(text) == "new"


def test_attributes_with_the_names_of_methods_are_attributes() -> None:
    customer = SimpleNamespace(attributes={"items": 3, "get": "x"})
    assert (
        filled("{{ customer.attributes.items }}{{ customer.attributes['get'] }}", customer=customer) == "3x"
    )


@pytest.mark.parametrize("name", FILTERS)
def test_the_example_of_each_filter_gives_what_the_documentation_says(name: str) -> None:
    promised = datetime(2026, 11, 21, tzinfo=UTC)
    newest = SimpleNamespace(ref="O-77", promised_at=promised, total=Decimal("1234.5"), currency="DKK")
    given = filled(
        FILTERS[name].example,
        language="da",
        region="DK",
        customer=SimpleNamespace(name="ÅSE O'HARA", segment=None),
        orders=(newest, SimpleNamespace(ref="O-12")),
        late_orders=(newest,),
        open_cases=(1, 2),
        call=SimpleNamespace(queue="support"),
    )
    assert given.replace("\xa0", " ") == FILTERS[name].gives


@pytest.mark.parametrize(
    ("text", "context", "said"),
    [
        ("{{ customer.name }}", {}, "customer.name has no value"),
        ("{{ customer.name }}", {"customer": None}, "customer.name has no value"),
        ("{{ customer.name }}", {"customer": SimpleNamespace(name=None)}, "customer.name has no value"),
        (
            "{{ customer.numbers }}",
            {"customer": SimpleNamespace(numbers=())},
            "customer.numbers is a list, and no text",
        ),
        (
            "{{ customer.birthday_today }}",
            {"customer": SimpleNamespace(birthday_today=True)},
            "customer.birthday_today is yes or no, and no text",
        ),
        (
            "{{ customer.name.upper }}",
            {"customer": SimpleNamespace(name="Ana")},
            "customer.name.upper has no value",
        ),
        ("{{ orders[0].ref }}", {"orders": ()}, "orders[0].ref has no value"),
        ("{{ (orders | first).ref }}", {"orders": ()}, "orders is empty"),
        ("{{ facts['cases.open'] }}", {"facts": {}}, 'facts["cases.open"] has no value'),
        ("{% if customer.name %}x{% endif %}", {}, "customer.name has no value"),
        (
            "{% if 1 %}{% elif 2 %}{% endif %}{% if 0 %}{% elif call.line %}{% endif %}",
            {},
            "call.line has no value",
        ),
        (
            "{{ customer.name | date }}",
            {"customer": SimpleNamespace(name="Ana")},
            "customer.name is a text, and no day",
        ),
        (
            "Hi {{ agent.name }}!\n{% if orders %}{{ customer.segment | upper }}{% endif %}",
            {"agent": SimpleNamespace(name="Eva"), "orders": (1,), "customer": SimpleNamespace(segment=None)},
            "customer.segment has no value",
        ),
        (
            "{{ customer.name ~ customer.segment | upper }}",
            {"customer": SimpleNamespace(name="Ana", segment=None)},
            "customer.segment has no value",
        ),
        (
            "{{ customer.name > 5 }}",
            {"customer": SimpleNamespace(name="Ana")},
            "customer.name cannot be worked out",
        ),
        (
            "{{ customer.birthday | date }}",
            {"customer": SimpleNamespace(birthday=datetime.max.replace(tzinfo=UTC))},
            "customer.birthday cannot be worked out",
        ),
        ("{% if call %}Good day.{% endif %}", {"call": None}, "the text comes out empty"),
        ("{{ 'a' > 5 }}", {}, "the text cannot be worked out"),
    ],
)
def test_what_is_told_when_a_text_fails(text: str, context: dict[str, Any], said: str) -> None:
    assert why(text, **context) == said


def test_what_the_records_say_is_never_told() -> None:
    customer = SimpleNamespace(name="Jozef", segment="gold", attributes={})
    for text in (
        "{{ customer[customer.name] }}",
        "{{ customer.attributes[customer.name] }}",
        "{{ customer.name | money(customer.segment) }}",
        "{{ customer.name - 1 }}",
    ):
        told = why(text, customer=customer)
        assert "Jozef" not in told
        assert "gold" not in told


@pytest.mark.parametrize(
    "key", ["__class__", "__init__", "mro", "format", "_secret", "user_id", "id", "gi_frame", "__globals__"]
)
def test_a_value_from_outside_cannot_choose_what_is_looked_at(key: str) -> None:
    """Names stand in records: `customer[customer.name]` must not find more than `customer.name` can."""
    customer = SimpleNamespace(name=key, _secret="x", user_id=5, id=6)
    for owner in ("customer", "customer.name", "orders", "facts", "orders[0]"):
        told = why(f"{{{{ {owner}[customer.name] }}}}", customer=customer, orders=(customer,), facts={})
        assert told.endswith("has no value")


def test_text_is_cut_off_and_without_control_characters() -> None:
    assert len(filled("{{ customer.name }}", customer=SimpleNamespace(name="x" * 1_000_000))) == MAX_OUTPUT
    hidden = "A\u202en\x00a\ufeff\u061c\U000e0041\ud800\ufff9\u2028\n"
    assert filled("{{ customer.name }}", customer=SimpleNamespace(name=hidden)) == "Ana\n"


def test_markup_is_text() -> None:
    """Escaping is the page's work: it must get what stands in the records."""
    assert filled("{{ customer.name }}", customer=SimpleNamespace(name="<b>&")) == "<b>&"
