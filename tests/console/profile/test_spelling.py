"""How files write numbers and dates."""

import pytest

from console.profile.spelling import Dates, Numbers, find_dates, find_numbers


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["1 234,50"], Numbers.SPACE_COMMA),
        (["1\u00a0234,5", "12"], Numbers.SPACE_COMMA),
        (["12,50"], Numbers.SPACE_COMMA),
        (["1.234,50", "3,5"], Numbers.POINT_COMMA),
        (["1.234.567"], Numbers.POINT_COMMA),
        (["-1,234.50"], Numbers.COMMA_POINT),
        (["1,234,567"], Numbers.COMMA_POINT),
        (["1 234.50"], Numbers.SPACE_POINT),
        (["1234.50", "1234", "", "gold"], None),
        (["1,234", "1.234"], None),
        (["1,234.50", "1.234,50"], None),
        (["1,234.50", "12,5"], None),
    ],
)
def test_numbers(cells: list[str], found: Numbers | None) -> None:
    assert find_numbers(cells, ".") is found


def test_a_decimal_comma_that_is_usual_here_tells_nothing_new() -> None:
    assert find_numbers(["12,50"], ",") is None


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["21.11.2026"], Dates.DAY_FIRST),
        (["21. 11. 2026 14:30"], Dates.DAY_FIRST),
        (["1.2.2026"], Dates.DAY_FIRST),
        (["21-11-2026", "01-02-2026"], Dates.DAY_FIRST),
        (["11/21/2026", "1/2/2026"], Dates.MONTH_FIRST),
        (["2026/11/21"], Dates.YEAR_FIRST),
        (["2026-11-21", "2026-11-21T14:30", "", "soon"], None),
        (["1/2/2026"], None),
        (["21/11/2026", "11/21/2026"], None),
    ],
)
def test_dates(cells: list[str], found: Dates | None) -> None:
    assert find_dates(cells) is found
