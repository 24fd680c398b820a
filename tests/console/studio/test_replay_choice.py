"""What the form of a replay says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.errors import InvalidError
from console.studio.replay_choice import Choice, read_choice
from console.studio.replay_models import Tried
from console.web.forms import Form
from tests.conftest import NOW

ZONE = ZoneInfo("Europe/Bratislava")


def read(**fields: str) -> Choice:
    return read_choice(Form({"what": "drafts", "period": "week"} | fields), NOW, ZONE)


@pytest.mark.parametrize(
    ("fields", "tried", "key"),
    [
        ({"what": "drafts"}, Tried.DRAFTS, None),
        ({"what": "draft:late-delivery"}, Tried.DRAFT, "late-delivery"),
        ({"what": "without:late"}, Tried.WITHOUT, "late"),
        ({"what": "given", "source": " x"}, Tried.GIVEN, None),
        ({"what": "given", "source": " x", "only": "1"}, Tried.ONLY_GIVEN, None),
    ],
)
def test_what_is_tried(fields: dict[str, str], tried: Tried, key: str | None) -> None:
    choice = read(**fields)
    assert (choice.tried, choice.script_key, choice.source) == (tried, key, fields.get("source"))


def test_a_span_ends_now() -> None:
    choice = read(period="day")
    assert (choice.starts_at, choice.ends_at) == (NOW - timedelta(days=1), NOW)


def test_days_are_those_of_the_company_and_whole() -> None:
    choice = read(**{"period": "days", "from": "2026-10-24", "until": "2026-10-25"})  # the clock goes back
    assert choice.starts_at == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert choice.ends_at == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_days_that_no_clock_knows() -> None:
    choice = read(**{"period": "days", "from": "0001-01-01", "until": "9999-12-31"})
    assert choice.starts_at.astimezone(UTC) < NOW < choice.ends_at.astimezone(UTC)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"what": "nothing"}, ["what"]),
        ({"what": "draft:"}, ["what"]),
        ({"what": "given", "source": "  "}, ["source"]),
        ({"what": "given"}, ["source"]),
        ({"period": "days", "from": "yesterday"}, ["from", "until"]),
        ({"period": "days", "from": "2026-11-02", "until": "2026-11-01"}, ["until"]),
        ({"what": "", "period": ""}, ["what", "from", "until"]),
    ],
)
def test_all_that_is_wrong_is_said(fields: dict[str, str], wrong: list[str]) -> None:
    with pytest.raises(InvalidError) as raised:
        read(**fields)
    assert [problem.where for problem in raised.value.problems] == wrong
