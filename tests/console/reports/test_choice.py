"""What an address asks for is understood, or refused with all that is wrong."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.errors import InvalidError
from console.figures.switches import AS_SET, Chosen
from console.reports.choice import By, Only, Show, read_choice

ZONE = ZoneInfo("Europe/Bratislava")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_what_is_not_said_is_as_usual() -> None:
    choice = read_choice({}, NOW, ZONE)
    assert (choice.by, choice.show, choice.only) == (By.QUEUE, Show.GLANCE, Only())
    assert (choice.switches, choice.first_contact_days, choice.sort) == (AS_SET, 7, "")


def test_all_that_can_be_said() -> None:
    query = {"by": "agent", "show": "all", "queue": "sales", "line": "2", "sort": "-aht"}
    query |= {"formula": "answered", "short": "no", "moved": "yes", "first_contact_days": "14"}
    choice = read_choice(query, NOW, ZONE)
    assert (choice.by, choice.show, choice.only) == (By.AGENT, Show.ALL, Only("sales", 2))
    assert choice.switches == Chosen("answered", short=False, moved=True)
    assert (choice.first_contact_days, choice.sort) == (14, "-aht")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    query = {"period": "soon", "by": "moon", "show": "x", "line": "3", "formula": "y", "short": "perhaps"}
    with pytest.raises(InvalidError) as error:
        read_choice(query | {"first_contact_days": "31"}, NOW, ZONE)
    assert {each.where for each in error.value.problems} == {*query, "first_contact_days"}


def test_half_hours_of_a_year_are_too_many() -> None:
    days = {"period": "days", "from": "2026-01-01", "until": "2026-11-01"}
    with pytest.raises(InvalidError, match="choose days or weeks"):
        read_choice({**days, "by": "half_hour"}, NOW, ZONE)
    assert read_choice({**days, "by": "day"}, NOW, ZONE).by is By.DAY


def test_a_month_has_half_hours_also_when_it_is_an_hour_longer() -> None:
    october = {"period": "days", "from": "2026-10-01", "until": "2026-10-31", "by": "half_hour"}
    assert read_choice(october, NOW, ZONE).by is By.HALF_HOUR
