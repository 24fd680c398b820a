"""Makes scripts, facts and conditions for the engine's tests, by hand and at random."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from scripts_engine import notation
from scripts_engine.codec import script_from_dict
from scripts_engine.condition_codec import read
from scripts_engine.conditions import ORDERING, All, Compare, Condition, Literals, Not, Operator
from scripts_engine.conditions import Any as AnyOf
from scripts_engine.contradictions import OF_CUSTOMER, OF_SOME
from scripts_engine.facts import CATALOGUE, NUMERIC, Fact, FactType, FactValue
from scripts_engine.reading import Reading
from scripts_engine.script import Kind, Script, Step

TODAY = date(2026, 11, 21)
STEPS = [{"id": "greet", "say": "Good day.", "end": "done"}]


def condition(document: object) -> Condition:
    """The condition that a document says; it must be right."""
    reading = Reading("test")
    found = read(reading, document, ("when",))
    assert not reading.findings
    return found


def literals(*texts: str) -> Literals:
    """The comparisons that these texts say, `not` in front where they must be False."""
    return tuple((notation.read(text.removeprefix("not ")), not text.startswith("not ")) for text in texts)


def script(key: str = "test", when: object = None, **fields: Any) -> Script:
    """A script with one step."""
    document = {"script": key, "title": key.title(), "steps": STEPS} | fields
    return script_from_dict(document | ({} if when is None else {"when": when}))


WORDS = ("gold", "Gold", "silver", "ink", "printer", "")
NUMBERS = st.one_of(st.integers(-2, 6), st.sampled_from([0.5, 2.5, 2.0, 1e16]))
ATTRIBUTES = tuple(Fact(f"attr.{name}", name, FactType.NUMBER_OR_TEXT) for name in ("employees", "tier"))
FACTS = (
    *(CATALOGUE[name] for name in (
        "caller.known", "caller.segment", "caller.language", "purchases.categories", "purchases.spend_30d",
        "cases.open", "cases.highest_priority", "call.line", "call.queue",
    )),
    *ATTRIBUTES,
)  # fmt: skip


def values(fact: Fact) -> st.SearchStrategy[FactValue]:
    """Values that this fact may have."""
    texts = st.sampled_from(fact.choices or WORDS)
    if fact.type is FactType.YES_NO:
        return st.booleans()
    if fact.type is FactType.LIST:
        return st.lists(texts, max_size=3).map(tuple)
    if fact.type is FactType.TEXT:
        return texts
    return NUMBERS if fact.type in NUMERIC else st.one_of(NUMBERS, texts)


@st.composite
def facts(draw: st.DrawFn) -> dict[str, FactValue]:
    """Facts, some of them UNKNOWN."""
    return {fact.name: draw(values(fact)) for fact in FACTS if draw(st.integers(0, 3))}


def can_be(found: dict[str, FactValue]) -> dict[str, FactValue]:
    """Those of the facts that can be so; the others are UNKNOWN then, as is all about who is not known."""
    nobody = found.get("caller.known") is False
    return {
        name: value
        for name, value in found.items()
        if _can_be(CATALOGUE.get(name), value)
        and not (nobody and name.startswith(OF_CUSTOMER))
        and not (name in OF_SOME and found.get(OF_SOME[name]) == 0)
    }


def _can_be(fact: Fact | None, value: FactValue) -> bool:
    if fact is None or isinstance(value, bool | str | tuple):
        return True
    within = (fact.least is None or value >= fact.least) and (fact.most is None or value <= fact.most)
    return within and not (fact.whole and value % 1)


@st.composite
def compares(draw: st.DrawFn, among: Sequence[Fact] = FACTS) -> Compare:
    """A comparison that the notation allows."""
    fact = draw(st.sampled_from(among))
    if draw(st.integers(0, 9)) == 0:
        return Compare(fact.name, draw(st.sampled_from([Operator.IS_KNOWN, Operator.IS_UNKNOWN])))
    one = draw(st.sampled_from(fact.choices or WORDS)) if fact.type is FactType.LIST else draw(values(fact))
    operator = draw(st.sampled_from(_operators(fact, one)))
    if operator in {Operator.IN, Operator.NOT_IN}:
        return Compare(fact.name, operator, tuple(draw(st.lists(values(fact), min_size=1, max_size=3))))  # type: ignore[arg-type]
    return Compare(fact.name, operator, one)


def _operators(fact: Fact, value: object) -> tuple[Operator, ...]:
    if fact.type is FactType.LIST:
        return (Operator.CONTAINS,)
    equality = (Operator.EQUAL, Operator.NOT_EQUAL)
    if fact.type is FactType.YES_NO:
        return equality
    membership = (*equality, Operator.IN, Operator.NOT_IN)
    return (*membership, Operator.CONTAINS) if isinstance(value, str) else (*membership, *ORDERING)


conditions: st.SearchStrategy[Condition] = st.recursive(
    compares(),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found))),
        parts.map(Not),
    ),
    max_leaves=6,
)


@st.composite
def scripts(draw: st.DrawFn) -> list[Script]:
    """A few scripts with random conditions and places."""
    days = st.sampled_from([None, date(2026, 11, 20), TODAY, date(2026, 11, 22)])
    return [
        Script(
            key=f"s{position}",
            title="",
            steps=(Step(id="a", kind=Kind.SAY, end="done"),),
            when=draw(st.one_of(st.none(), conditions)),
            lines=tuple(draw(st.lists(st.sampled_from([1, 2]), max_size=1))),
            queues=tuple(draw(st.lists(st.sampled_from(["gold", "ink"]), max_size=1))),
            language=draw(st.sampled_from([None, None, "silver"])),
            priority=draw(st.integers(0, 2)),
            starts_on=draw(days),
            ends_on=draw(days),
        )
        for position in range(draw(st.integers(0, 8)))
    ]
