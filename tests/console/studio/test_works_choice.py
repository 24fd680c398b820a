"""What somebody chooses to see of how a script works."""

from datetime import UTC, datetime, timedelta

import pytest

from console.errors import InvalidError
from console.studio.replay_reading import Period
from console.studio.works_choice import Choice, read_choice
from tests.conftest import NOW
from tests.fakes.pages import ZONE


def read(**query: str) -> Choice:
    return read_choice(query, [1, 2, 3], NOW, ZONE)


@pytest.mark.parametrize(("period", "days"), [("7", 7), ("28", 28), ("90", 90), ("", 28), ("no", 28)])
def test_spans_go_back_from_now(period: str, days: int) -> None:
    assert read(period=period) == Choice(Period(NOW - timedelta(days=days), NOW), None, None)


def test_days_are_whole_ones_of_the_readers_clock() -> None:
    found = read(period="days", **{"from": "2026-10-24", "until": "2026-10-25"}).period
    assert found.starts_at == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert found.ends_at == datetime(2026, 10, 25, 23, tzinfo=UTC)  # summer time has ended


def test_versions() -> None:
    found = read(version="3", beside="1")
    assert (found.version, found.beside) == (3, 1)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"period": "days"}, ["from", "until"]),
        ({"period": "days", "from": "2026-10-24", "until": "2026-10-23"}, ["until"]),
        ({"version": "4"}, ["version"]),
        ({"version": "-1", "beside": "9" * 400}, ["version", "beside"]),
        ({"version": "2", "beside": "2"}, ["beside"]),
        ({"beside": "2"}, ["version"]),
    ],
)
def test_what_there_is_not(query: dict[str, str], where: list[str]) -> None:
    with pytest.raises(InvalidError) as refused:
        read(**query)
    assert [each.where for each in refused.value.problems] == where
