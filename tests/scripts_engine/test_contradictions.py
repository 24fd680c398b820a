"""What excludes each other."""

import pytest

from scripts_engine.contradictions import conflict, conflicts, reason
from scripts_engine.possible import MOST_POINTS
from tests.scripts_engine.making import literals


@pytest.mark.parametrize(
    "texts",
    [
        ("cases.open > 1", "cases.open < 2"),
        ("cases.open >= 1.5", "cases.open <= 1.7"),
        ("call.line != 1", "call.line != 2"),
        ("call.weekday > 7",),
        ("call.hour = 24",),
        ("contacts.last_satisfaction < 1",),
        ("purchases.last_days < 0",),
        ("caller.known != yes", "caller.known != no"),
        ("not caller.known = yes", "not caller.known = no", "caller.known is known"),
        ("cases.open is unknown", "cases.open >= 0"),
        ("cases.open is unknown", "cases.open is known"),
        ('caller.segment = "Gold"', 'caller.segment != "gold"'),
        ('caller.segment in ["a", "b"]', 'caller.segment not in ["a", "b", "c"]'),
        ('caller.company contains "rose garden"', 'not caller.company contains "rose"'),
        ('caller.company contains "rose"', 'caller.company = "Tulips"'),
        ('purchases.categories contains "ink"', 'not purchases.categories contains "INK"'),
        ('cases.highest_priority not in ["low", "normal", "high", "urgent"]',),
        ("attr.employees > 5", 'attr.employees = "many"'),
    ],
)
def test_what_excludes_each_other(texts: tuple[str, ...]) -> None:
    assert conflict(literals(*texts))


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("cases.open > 1", "cases.open < 3"),
        ("purchases.spend_30d > 1", "purchases.spend_30d < 2"),
        ("purchases.spend_30d < 0",),
        ("purchases.interval_ratio > 1", "purchases.interval_ratio < 2"),
        ("call.hour = 23", "call.weekday = 7"),
        ("cases.open is unknown",),
        ("attr.turnover < 1e16",),
        ("attr.turnover > 1e16",),
        ('caller.segment != "gold"', 'caller.segment contains "gold"'),
        (
            'caller.company contains "rose"',
            'caller.company contains "garden"',
            'not caller.company contains "eg"',
        ),
        ('purchases.categories contains "ink"', 'purchases.categories contains "paper"'),
        ('not purchases.categories contains "ink"',),
        ('attr.employees != "many"', "attr.employees > 5"),
    ],
)
def test_what_goes_together(texts: tuple[str, ...]) -> None:
    assert conflict(literals(*texts)) is None


def test_the_fewest_that_exclude_each_other_are_named() -> None:
    found = literals("call.line = 1", "cases.open = 1", "cases.open != 4", "cases.open = 2")
    assert conflict(found) == literals("cases.open = 1", "cases.open = 2")


def test_each_that_is_excluded_is_told_with_the_first_that_excludes_it() -> None:
    found = literals("cases.open = 1", "cases.open = 2", "cases.open = 3", "call.hour = 24")
    assert [*conflicts(found)] == [
        literals("cases.open = 1", "cases.open = 2"),
        literals("cases.open = 1", "cases.open = 3"),
        literals("call.hour = 24"),
    ]


def test_of_very_many_values_nothing_is_said() -> None:
    many = ", ".join(map(str, range(MOST_POINTS)))
    assert conflict(literals(f"attr.x in [{many}]", "attr.x = -1")) is None


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (("cases.open = 0", 'cases.highest_priority = "high"'), "unknown while `cases.open` is 0"),
        (("cases.open < 1", "cases.oldest_days > 3"), "unknown while `cases.open` is 0"),
        (("purchases.late_open = 0", "purchases.max_late_days >= 1"), "unknown while `purchases.late_open`"),
        (("purchases.count_30d >= 3", "purchases.count_365d < 2"), "never more than `purchases.count_365d`"),
        (("contacts.calls_7d = 3", "contacts.calls_30d in [1, 2]"), "never more than `contacts.calls_30d`"),
        (("cases.overdue > 1", "not cases.open > 1"), "never more than `cases.open`"),
        (("caller.known = no", "cases.open = 0"), "nothing is known of a caller who is not known"),
        (("caller.known = no", 'caller.segment = "gold"'), "nothing is known of a caller who is not known"),
        (("caller.known = no", 'caller.language != "sk"'), "nothing is known of a caller who is not known"),
        (("caller.known = no", "caller.tenure_days > 9"), "nothing is known of a caller who is not known"),
        (("caller.known = no", "attr.employees >= 50"), "nothing is known of a caller who is not known"),
    ],
)
def test_facts_exclude_each_other_by_what_they_are(texts: tuple[str, ...], why: str) -> None:
    found = conflict(literals(*texts, "call.line = 1"))
    assert found is not None
    assert {*found} == {*literals(*texts)}
    assert why in reason(found)


def test_where_only_several_exclude_a_fact_all_of_them_are_named() -> None:
    texts = ("purchases.count_30d >= 3", "purchases.count_365d <= 3", "purchases.count_365d != 3")
    assert conflict(literals(*texts)) == literals(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("cases.open = 0", "cases.highest_priority is unknown"),
        ("cases.open = 1", 'cases.highest_priority = "high"'),
        ("cases.open is unknown", 'cases.highest_priority = "high"'),
        ("cases.open != 1", "cases.oldest_days > 3"),
        ("purchases.count_30d = 3", "purchases.count_365d = 3"),
        ("purchases.count_30d < 3", "purchases.count_365d > 5"),
        ("purchases.count_30d > 3", "purchases.count_365d != 2"),
        ("purchases.count_30d is unknown", "purchases.count_365d = 0"),
        ("purchases.count_30d >= 3", "purchases.count_365d is unknown"),
    ],
)
def test_facts_that_depend_on_each_other_go_together(texts: tuple[str, ...]) -> None:
    assert conflict(literals(*texts)) is None
