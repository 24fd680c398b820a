"""Past picks by two sets of scripts: exactly those that differ are found, and each says why."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts_engine.facts import FactValue
from scripts_engine.replay import Compared, PastPick, Replay, reason
from scripts_engine.script import Script
from scripts_engine.selection import applies, rank
from tests.scripts_engine.making import TODAY, conditions, facts, script, scripts

Facts = dict[str, FactValue]
DAYS = st.sampled_from([date(2026, 11, 20), TODAY, date(2026, 11, 22)])


@st.composite
def pasts(draw: st.DrawFn) -> list[PastPick]:
    """A few past picks."""
    many = draw(st.lists(st.tuples(DAYS, facts()), min_size=1, max_size=4))
    return [PastPick(str(position), day, found) for position, (day, found) in enumerate(many)]


@st.composite
def changed(draw: st.DrawFn, found: list[Script]) -> list[Script]:
    """The scripts, some of them changed or taken out, some new."""
    tried = [
        replace(one, when=draw(conditions)) if draw(st.booleans()) else one
        for one in found
        if draw(st.integers(0, 3))
    ]
    more = draw(scripts())
    return [*tried, *(replace(one, key=f"n{one.key}", title="New") for one in more)]


def plainly(found: list[Script], past: PastPick) -> Script | None:
    """The pick by judging every script one by one."""
    applying = (one for one in found if applies(one, past.facts, past.today))
    return min(applying, key=rank, default=None)


def agrees(found: list[Script], tried: list[Script], many: list[PastPick]) -> None:
    replay = Replay(found, tried)
    for past in many:
        compared, before, after = replay.compare(past), plainly(found, past), plainly(tried, past)
        assert (compared.before, compared.after) == (before, after)
        keys = [one and one.key for one in (before, after)]
        assert compared.differs == (keys[0] != keys[1])
        assert compared.renewed == (keys[0] == keys[1] and before != after)
        assert replay.reason(compared).endswith(".")


@given(st.data(), scripts(), pasts())
def test_it_finds_what_plain_evaluation_finds(
    data: st.DataObject, found: list[Script], many: list[PastPick]
) -> None:
    agrees(found, data.draw(changed(found)), many)


@pytest.mark.slow
@given(st.data(), scripts(), pasts())
@settings(max_examples=2_000)
def test_it_finds_what_plain_evaluation_finds_at_length(
    data: st.DataObject, found: list[Script], many: list[PastPick]
) -> None:
    agrees(found, data.draw(changed(found)), many)


def told(before: list[Script], after: list[Script], given_facts: Facts, today: date = TODAY) -> str:
    replay = Replay(before, after)
    compared = replay.compare(PastPick("1", today, given_facts, "a"))
    assert compared.differs
    return replay.reason(compared)


FALLBACK = script("fallback", priority=0)


def test_the_old_one_does_not_apply_any_more() -> None:
    before = script("late", "purchases.late_open >= 1")
    after = script("late", "purchases.late_open >= 3")
    assert told([before, FALLBACK], [after, FALLBACK], {"purchases.late_open": 2}) == (
        'No more specific script applies. "Late" does not apply: 2 orders are late, needs 3 or more.'
    )


def test_another_one_comes_first() -> None:
    low, high = script("low", "cases.open = 1", priority=50), script("high", "cases.open >= 1", priority=80)
    assert told([low], [low, high], {"cases.open": 1}) == (
        'Chosen because 1 case is open. "Low" applies, too, but comes later: its priority is 50, not 80.'
    )
    more = script("more", {"all": ["cases.open >= 1", "call.line = 1"]})
    assert told([low], [low, more], {"cases.open": 1, "call.line": 1}).endswith(
        "comes later: it has fewer conditions (1, not 2)."
    )
    equal = script("a", "cases.open >= 1")
    assert told([low], [low, equal], {"cases.open": 1}).endswith(
        "comes later: of two equal ones the first by key comes first."
    )


def test_one_for_every_call_comes_first() -> None:
    late, notice = script("late", "cases.open = 1"), script("notice", priority=100)
    assert told([late], [late, notice], {"cases.open": 1}) == (
        'It is for every call, and comes first by its priority. "Late" applies, too, but comes later: its '
        "priority is 50, not 100."
    )
    here = script("here", priority=100, lines=[2])
    assert told([late], [late, here], {"cases.open": 1, "call.line": 2}).startswith(
        "It is for every call on line 2, and comes first by its priority."
    )


def test_the_old_one_is_not_there_or_not_in_force() -> None:
    before = script("late")
    assert told([before], [], {}) == 'No script applies. "Late" is not among the scripts any more.'
    over = script("late", until="2026-11-20")
    assert told([before], [over], {}) == 'No script applies. "Late" is not in force on 2026-11-21.'


def test_there_was_none_before() -> None:
    assert told([], [FALLBACK], {}) == "No more specific script applies."
    assert told([], [script("one", "cases.open = 1")], {"cases.open": 1}) == "Chosen because 1 case is open."


def test_a_reason_for_facts_that_are_others_by_now() -> None:
    late = script("late")
    compared = Compared(PastPick("1", TODAY, {}), late, None, renewed=False)
    assert reason(compared, late) == 'No script applies. "Late" applies, too.'


def test_another_version_of_the_same_script_is_no_other_script() -> None:
    before, after = script("a"), script("a", title="Reworded")
    compared = Replay([before], [after]).compare(PastPick("1", TODAY, {}))
    assert (compared.differs, compared.renewed) == (False, True)
    same = Replay([before], [before]).compare(PastPick("1", TODAY, {}))
    assert (same.differs, same.renewed) == (False, False)
