"""What is asked for in a query is either understood or refused, whatever it says."""

import base64
from datetime import UTC, datetime

import pytest

from console.api.paging import read_cursor, read_limit, read_moment, read_place, write_cursor, write_place
from console.errors import InvalidError

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_cursor_leads_back_to_its_position() -> None:
    assert read_cursor({"cursor": str(write_cursor((AT, "main-1.1")))}) == (AT, "main-1.1")
    assert read_cursor({}) is None


@pytest.mark.parametrize(
    "text", ["2026-11-21T13:00:00+01:00", "2026-11-21T13:00:00 01:00", "2026-11-21T12:00:00Z"]
)
def test_a_moment_is_read_with_its_zone(text: str) -> None:
    assert read_moment({"since": text}, "since") == AT


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-11-21T13:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_other_moments_are_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_moment({"since": text}, "since")


@pytest.mark.parametrize("text", ["0", "501", "-1", "ten", "1" * 5_000, "٣", "１２"])
def test_a_wrong_limit_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_limit({"limit": text})


@pytest.mark.parametrize(
    "text",
    ["x", '["2026-11-21T12:00:00", "a"]', '["0001-01-01T00:00:00+14:00", "a"]', "[1, 2]", "[" * 100_000],
)
def test_a_made_up_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_cursor({"cursor": base64.urlsafe_b64encode(text.encode()).decode()})


def test_a_place_in_a_list_is_found_again() -> None:
    assert read_place({"cursor": write_place(7)}) == 7
    assert read_place({}) == 0


@pytest.mark.parametrize("text", ["x", "null", "0", "-1", "true", "1.5", "9" * 20, "[]", "[" * 100_000])
def test_a_made_up_place_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_place({"cursor": base64.urlsafe_b64encode(text.encode()).decode()})
