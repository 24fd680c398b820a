"""What people call the values that texts put in."""

import pytest

from console.scripts.templates import FIELDS, LISTS
from console.scripts.value_words import GROUPS, text_in_words, value_words, why_in_words


def test_every_value_has_words_of_its_own() -> None:
    for owner, fields in FIELDS.items():
        names = [f"{owner}[0].{field}" if owner in LISTS else f"{owner}.{field}" for field in fields]
        words = [value_words(name) for name in names if name != "customer.attributes"]
        assert None not in words
        assert len(set(words)) == len(words)
    for values in GROUPS.values():
        for expression, name in values.items():
            assert value_words(expression) in {name, "customer's name"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("late_orders[0].ref", "late order's number"),
        ("late_orders[0].promised_at | date", "late order's promised day"),
        ("customer.birthday|date", "customer's birthday"),
        ("customer.attributes.plan", "attribute plan"),
        ("orders[1].ref", "order 2's number"),
        ("orders[0].items[0].name", "last order's items"),
        ("answers.voucher_email", "answer voucher_email"),
        ('facts["purchases.late_open"]', "how many orders are late"),
        ('facts["caller.tenure_days"]', "days since the customer joined"),
        ("customer", "customer"),
        ('facts["no.such"]', None),
        ("answers", None),
        ("customer.shoe", None),
        ("1 + 1", None),
    ],
)
def test_words(name: str, words: str | None) -> None:
    assert value_words(name) == words


def test_in_sentences() -> None:
    assert why_in_words("late_orders[0].ref or company.name has no value") == (
        "late order's number or company's name has no value"
    )
    for text in ("{{" + " " * 60_000, "{{ " * 20_000, 'facts["' * 10_000, "orders[0]" * 7_000):
        assert text_in_words(text) == text  # at once, however it is unfinished
        assert why_in_words(text)
    assert why_in_words("the text comes out empty") == "the text comes out empty"
    assert text_in_words("{{ customer.name | name }}, born {{ customer.birthday | date }}, {{ 1 + 1 }}") == (
        "‹customer's name›, born ‹customer's birthday›, {{ 1 + 1 }}"
    )
