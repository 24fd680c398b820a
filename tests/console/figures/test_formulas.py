"""The service level by each formula, as published, and with each switch."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.figures.formulas import (
    FORMULAS,
    SWITCHES,
    by_each_formula,
    counted,
    formulas_of,
    service_level,
    with_each_switch,
)
from console.figures.shares import Share
from console.figures.sources import SOURCES
from console.figures.switches import AS_SET, USUAL, USUAL_SWITCHES, Chosen, Switches
from console.figures.tally import Fate, Limits, Tally, tally
from console.figures.visits import Visit
from telephony.events import VisitEnd
from tests.console.figures.making import limits, visits

every_switch = st.builds(
    Switches,
    formula=st.sampled_from(sorted(FORMULAS)),
    short=st.booleans(),
    timed_out=st.booleans(),
    moved=st.booleans(),
    call_backs=st.booleans(),
)


def fates(**counts: int) -> Tally:
    """A tally of so many answered in time, answered late, abandoned short, in time, late."""
    kinds = {
        "in_time": Fate(VisitEnd.ANSWERED, True, False, False),
        "late": Fate(VisitEnd.ANSWERED, False, False, False),
        "short": Fate(VisitEnd.ABANDONED, True, True, False),
        "gave_up": Fate(VisitEnd.ABANDONED, True, False, False),
        "gave_up_late": Fate(VisitEnd.ABANDONED, False, False, False),
        "timed_out": Fate(VisitEnd.TIMED_OUT, False, False, False),
        "moved": Fate(VisitEnd.MOVED, True, False, False),
        "call_back": Fate(VisitEnd.ANSWERED, True, False, True),
    }
    return Tally(visits=Counter({kinds[kind]: count for kind, count in counts.items()}))


PUBLISHED = fates(in_time=860, late=140, short=10, gave_up=10, gave_up_late=40)
"""The example of ICMI and Call Centre Helper: 1000 answered, 860 of them in time; 60 abandoned, 20 of them in
time, 10 of these at once."""


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        ("abandoned_in_time_good", 83),  # their #1
        ("answered", 86),  # #2
        ("answered_or_abandoned", 81),  # #3
        ("abandoned_in_time_out", 83),  # #4
    ],
)
def test_as_published(formula: str, percent: int) -> None:
    part = service_level(PUBLISHED, Switches(formula)).part
    assert part is not None
    assert round(100 * part) == percent


@pytest.mark.parametrize(
    ("formula", "percent"),
    [("abandoned_in_time_out", 78), ("answered_or_abandoned", 70), ("abandoned_in_time_good", 80)],
)
def test_as_cisco_publishes_it(formula: str, percent: int) -> None:
    """CTI Server, table 3: 70 answered in time, 10 abandoned in time, 20 neither."""
    part = service_level(fates(in_time=70, gave_up=10, gave_up_late=20), Switches(formula)).part
    assert part is not None
    assert round(100 * part) == percent


def test_each_switch_by_hand() -> None:
    whole = fates(in_time=6, late=2, short=1, gave_up_late=1, timed_out=3, moved=4, call_back=5)
    assert service_level(whole, Switches()) == Share(6, 10)
    assert {switch.key: (on, share) for switch, on, share in with_each_switch(whole, Switches())} == {
        "short": (True, Share(6, 9)),
        "timed_out": (False, Share(6, 13)),
        "moved": (False, Share(6, 14)),
        "call_backs": (False, Share(11, 15)),
    }


def test_of_nothing_nothing_is_said() -> None:
    assert all(share.part is None for _formula, share in by_each_formula(Tally(), Switches()))


@given(st.lists(visits(), max_size=20), every_switch)
def test_any_service_level_is_a_share(found: list[Visit], switches: Switches) -> None:
    whole = tally(found, limits)
    for formula, share in by_each_formula(whole, switches):
        assert 0 <= share.count <= share.of <= len(found)
        assert share == service_level(whole, Switches(formula.key, **turned(switches)))
    what = counted(whole, switches)
    assert what.in_time <= what.answered
    assert what.abandoned_in_time <= what.abandoned
    assert what.answered + what.abandoned + what.others <= what.offered


GOOD = Switches("abandoned_in_time_good", short=False, timed_out=True)


def two_queues() -> Tally:
    """One by the usual formula, one by another: 4 of 10, and (3 + 1) of (3 + 1 + 2), a short one left out."""
    one = fates(in_time=4, late=5, short=1, timed_out=2)
    other = fates(in_time=3, gave_up=1, short=2, timed_out=2)
    theirs = Counter({what._replace(switches=GOOD): count for what, count in other.visits.items()})
    return one + Tally(visits=theirs)


def test_each_queue_counts_as_it_has_it_and_all_together_are_the_sum() -> None:
    assert service_level(two_queues(), AS_SET) == Share(4 + 4, 10 + 6)
    assert service_level(two_queues(), USUAL_SWITCHES) == Share(7, 10 + 6)
    assert service_level(two_queues(), Chosen("answered")) == Share(7, 9 + 3)
    assert service_level(two_queues(), Chosen(timed_out=False)) == Share(8, 10 + 4)


def test_the_formulas_in_use_are_named() -> None:
    assert [each.key for each in formulas_of(two_queues(), AS_SET)] == [USUAL, GOOD.formula]
    assert [each.key for each in formulas_of(two_queues(), Chosen("offered"))] == ["offered"]
    assert formulas_of(Tally(), AS_SET) == []


def test_where_queues_differ_a_switch_is_turned_for_each() -> None:
    turned = {each.key: (on, share) for each, on, share in with_each_switch(two_queues(), AS_SET)}
    assert turned == {
        "short": (None, Share(4 + 6, 9 + 8)),
        "timed_out": (None, Share(4 + 4, 12 + 4)),
        "moved": (False, Share(8, 16)),
        "call_backs": (False, Share(8, 16)),
    }
    assert [on for _switch, on, _share in with_each_switch(two_queues(), GOOD)] == [False, True, False, False]


@given(st.lists(visits(), max_size=20), every_switch)
def test_what_a_queue_has_is_what_a_reader_may_choose(found: list[Visit], switches: Switches) -> None:
    own = tally(found, lambda queue: Limits(limits(queue).within_s, limits(queue).short_s, switches))
    usual = tally(found, limits)
    assert service_level(own, AS_SET) == service_level(usual, switches)
    assert service_level(own, USUAL_SWITCHES) == service_level(usual, AS_SET)
    assert with_each_switch(own, AS_SET)[0][2] == with_each_switch(usual, switches)[0][2]


def turned(switches: Switches) -> dict[str, bool]:
    return {switch.key: getattr(switches, switch.key) for switch in SWITCHES}


def test_every_source_is_there() -> None:
    cited = [*(each.sources for each in FORMULAS.values()), *(each.sources for each in SWITCHES)]
    assert all(sources and set(sources) <= set(SOURCES) for sources in cited)
