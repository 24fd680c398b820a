"""What a value lets through, as bits."""

from scripts_engine.conditions import demands
from scripts_engine.facts import FactValue
from scripts_engine.tables import Demand, Table
from tests.scripts_engine.making import condition


def table(*documents: object) -> Table:
    """A table of one fact, with one more script that demands nothing of it."""
    found = [Demand(at, demands(condition(document))[0]) for at, document in enumerate(documents)]
    return Table(found, len(found) + 1)


def through(found: Table, value: FactValue) -> str:
    """The bits, the first script first."""
    return f"{found.lookup(value):b}"[::-1]


def test_numbers_below_at_between_and_above_the_points() -> None:
    found = table("cases.open >= 1", "cases.open < 3", {"all": ["cases.open > 1", "cases.open != 2"]})
    looked_up = {value: through(found, value) for value in (0, 1, 1.5, 2, 3, 4)}
    assert looked_up == {0: "0101", 1: "1101", 1.5: "1111", 2: "1101", 3: "1011", 4: "1011"}


def test_numbers_too_large_for_floats_are_told_apart() -> None:
    big = 2**53
    found = table(f"cases.open = {big + 1}", f"cases.open > {big}")
    assert [through(found, big + more) for more in (0, 1, 2)] == ["001", "111", "011"]


def test_texts_without_regard_to_capitals() -> None:
    found = table('attr.tier = "Gold"', 'attr.tier not in ["gold", "silver"]', "attr.tier >= 1")
    assert [through(found, value) for value in ("GOLD", "silver", "x", 1)] == ["1001", "0001", "0101", "0111"]


def test_lists_item_by_item() -> None:
    found = table(
        'purchases.categories contains "Ink"',
        {"not": 'purchases.categories contains "ink"'},
        {"all": ['purchases.categories contains "ink"', 'purchases.categories contains "paper"']},
        "purchases.categories is known",
    )
    values: list[FactValue] = [(), ("INK",), ("paper", "ink"), ("x",)]
    assert [through(found, value) for value in values] == ["01011", "10011", "10111", "01011"]


def test_unknown_is_remembered_from_the_beginning() -> None:
    found = table("cases.open = 1", "cases.open is unknown", {"not": "cases.open is known"})
    assert f"{found.memory[None]:b}"[::-1] == "0111"
    assert found.lookup(1) == found.memory[1]
