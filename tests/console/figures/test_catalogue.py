"""Every figure by name, in the program and in the documentation."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from console.figures.catalogue import FIGURES, Unit, figures
from console.figures.formulas import FORMULAS, SWITCHES
from console.figures.shares import Share
from console.figures.sources import SOURCES
from console.figures.switches import Switches
from console.figures.tally import Tally, tally
from console.figures.visits import Visit
from tests.console.figures.making import limits, visits


def test_of_nothing_nothing_is_said() -> None:
    for key, value in figures(Tally(), Switches()).items():
        if FIGURES[key].unit is Unit.COUNT:
            assert value == 0
        else:
            assert value is None or value == Share(0, 0)


@given(st.lists(visits(), max_size=20))
def test_a_value_is_what_its_unit_says(found: list[Visit]) -> None:
    for key, value in figures(tally(found, limits), Switches()).items():
        unit = FIGURES[key].unit
        assert isinstance(value, {Unit.COUNT: int, Unit.SHARE: Share}.get(unit, int | float | None))
        assert not isinstance(value, int | float) or value >= 0


def test_every_source_is_there() -> None:
    assert all(set(each.sources) <= set(SOURCES) for each in FIGURES.values())


def test_the_documentation_says_the_same() -> None:
    lines = (Path(__file__).parents[3] / "docs" / "figures.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    told = {tuple(row[:3]) for row in rows}
    assert {(f"`{each.key}`", each.label, each.text) for each in FIGURES.values()} <= told
    assert {(f"`{each.key}`", each.label, each.text) for each in FORMULAS.values()} <= told
    usual = {each.key: "on" if getattr(Switches(), each.key) else "off" for each in SWITCHES}
    assert {(f"`{each.key}`", each.label, usual[each.key]) for each in SWITCHES} <= told
    assert {each.says for each in SOURCES.values()} <= {row[-1] for row in rows}
