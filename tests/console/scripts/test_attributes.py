"""An attribute that is not imported any more, or as something else: its scripts' authors are told."""

from console.scripts import attributes
from console.scripts.attributes import AttributeWatch, asked_attributes
from scripts_engine.facts import FactValue
from tests.scripts_engine.making import script

ASKED = asked_attributes(
    [
        script("size", {"all": ["attr.employees >= 50", "caller.known = yes"]}),
        script("tier", {"any": ['attr.tier in ["a", "b"]', "attr.tier = 1"]}),
        script("both", {"all": ['attr.tier in ["a", 1]', "attr.plan is known"]}),
        script("always"),
    ]
)
KNOWN: dict[str, FactValue] = {"caller.known": True, "attr.employees": 60, "attr.tier": "a"}


def told(watch: AttributeWatch, facts: dict[str, FactValue], call: str = "1") -> list[tuple[str, str]]:
    return list(watch.look(ASKED, facts, call))


def test_who_asks_for_what() -> None:
    assert {name: [(wish.key, wish.kind) for wish in wishes] for name, wishes in ASKED.items()} == {
        "attr.employees": [("size", "a number")],
        "attr.tier": [("tier", None), ("both", None)],
    }


def test_an_attribute_of_another_kind_is_told_once_a_call() -> None:
    watch = AttributeWatch()
    text = KNOWN | {"attr.employees": "about sixty"}
    [(key, why)] = [each for each in told(watch, text) if each[0] == "size"]
    assert key == "size"
    assert why == "its conditions compare attr.employees with a number, but records have a text there"
    assert told(watch, text) == []
    assert told(watch, text, "2") != []


def test_an_attribute_that_none_of_many_callers_has_is_told() -> None:
    watch = AttributeWatch()
    nobody: dict[str, FactValue] = {"caller.known": False}
    without = {name: value for name, value in KNOWN.items() if name != "attr.employees"}
    for call in range(attributes.MISSED_BY - 1):
        assert "size" not in dict(told(watch, without, f"{call}"))
        assert told(watch, nobody, f"n{call}") == []  # of them nothing is known
    told(watch, KNOWN, "one who has it")
    found = [dict(told(watch, without, f"again {call}")) for call in range(attributes.MISSED_BY)]
    assert [at for at, keys in enumerate(found) if "size" in keys] == [attributes.MISSED_BY - 1]
    assert found[-1]["size"] == (
        "its conditions ask for attr.employees, but none of 500 known callers in a row had it"
    )
