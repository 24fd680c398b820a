"""Figures by hand: `tests/cases/figures.toml`, on a report, on a board, and in intervals."""

import tomllib
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.figures.catalogue import FIGURES, Value, figures
from console.figures.formulas import FORMULAS, SWITCHES, by_each_formula, with_each_switch
from console.figures.intervals import Grain, span_of, spans, today
from console.figures.live import Live
from console.figures.shares import Share
from console.figures.switches import Switches
from console.figures.tally import Tally, tallies, tally
from console.figures.visits import Part, Visit
from telephony.events import LegResult, VisitEnd
from tests.console.figures.making import LIMITS, limits

FILE = Path(__file__).parents[2] / "cases" / "figures.toml"
CASES: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
EVERYTHING = "*"
each_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


def visits_of(case: dict[str, Any]) -> list[Visit]:
    numbers: Counter[str] = Counter()
    found = []
    for row in case["visits"].splitlines():
        if row:
            call, *rest = row.split()
            numbers[call] += 1
            found.append(visit_of(call, numbers[call], rest))
    return found


def visit_of(call: str, number: int, row: list[str]) -> Visit:
    queue, joined, wait, end, *part = row
    queued_at = datetime.fromisoformat(joined)
    left_at = None if wait == "-" else queued_at + timedelta(seconds=float(wait))
    return Visit(
        call,
        number,
        queue,
        queued_at,
        left_at,
        None if end == "-" else VisitEnd(end),
        part_of(left_at, *part) if left_at and part else None,
    )


def part_of(answered_at: datetime, talk: str, hold: str, wrap_up: str) -> Part:
    return Part(
        agent="ana",
        offered_at=answered_at - timedelta(seconds=2),
        answered_at=answered_at,
        ended_at=answered_at + timedelta(seconds=float(talk) + float(hold)),
        result=LegResult.TRANSFERRED if wrap_up.endswith(">") else LegResult.ANSWERED,
        held_s=float(hold),
        wrap_up_s=float(wrap_up.rstrip(">")),
    )


def said(value: Value) -> int | float | str:
    if isinstance(value, Share):
        return "nothing" if value.part is None else f"{value.count}/{value.of}"
    return "nothing" if value is None else value


def checked(whole: Tally, expected: dict[str, Any]) -> None:
    found = figures(whole, Switches())
    assert {key: said(found[key]) for key in expected} == expected


@each_case
def test_the_report(case: dict[str, Any]) -> None:
    visits = visits_of(case)
    by_queue = tallies(visits, limits, lambda visit: visit.queue)
    by_queue[EVERYTHING] = tally(visits, limits)
    for queue, expected in case.get("of", {}).items():
        checked(by_queue[queue], expected)


@each_case
def test_the_board_says_the_same(case: dict[str, Any]) -> None:
    zone, at = ZoneInfo(case["zone"]), datetime.fromisoformat(case["at"])
    visits = visits_of(case)
    live = Live(LIMITS, zone, at, visits)
    of_today = [visit for visit in visits if visit.queued_at in today(at, zone)]
    assert live.today(at) == tally(of_today, limits)
    if "today" in case:
        checked(live.today(at), case["today"][EVERYTHING])


@each_case
def test_the_intervals(case: dict[str, Any]) -> None:
    zone, at = ZoneInfo(case["zone"]), datetime.fromisoformat(case["at"])
    for name, expected in case.get("begins", {}).items():
        begins = Counter(span_of(visit.queued_at, Grain(name), zone).begin for visit in visits_of(case))
        assert begins == {datetime.fromisoformat(begin): count for begin, count in expected.items()}
    if "half_hours" in case:
        assert len(list(spans(today(at, zone), Grain.HALF_HOUR, zone))) == case["half_hours"]


@each_case
def test_the_other_formulas_and_switches(case: dict[str, Any]) -> None:
    whole = tally(visits_of(case), limits)
    if "formulas" in case:
        given = {formula.key: said(share) for formula, share in by_each_formula(whole, Switches())}
        assert given == case["formulas"]
    if "turned" in case:
        turned = {switch.key: said(share) for switch, _on, share in with_each_switch(whole, Switches())}
        assert turned == case["turned"]


def test_every_figure_formula_and_switch_is_in_the_cases() -> None:
    used = {key for case in CASES for expected in case.get("of", {}).values() for key in expected}
    assert used == set(FIGURES)
    assert {key for case in CASES for key in case.get("formulas", {})} == set(FORMULAS)
    assert {key for case in CASES for key in case.get("turned", {})} == {each.key for each in SWITCHES}
