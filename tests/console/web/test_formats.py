"""Dates, times and money as the reader writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from console.web.formats import formats_for, lasted

BRATISLAVA = ZoneInfo("Europe/Bratislava")
LATE = datetime(2026, 11, 21, 23, 30, 5, tzinfo=UTC)  # 00:30:05 of the next day in Bratislava


def plain(text: str) -> str:
    """With ordinary blanks: locales use several."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("locale", "day", "time"), [("en", "Nov 22, 2026", "00:30"), ("sk_SK", "22. 11. 2026", "00:30")]
)
def test_moments_are_read_in_the_readers_zone(locale: str, day: str, time: str) -> None:
    formats = formats_for(locale, BRATISLAVA)
    assert plain(formats.date(LATE)) == day
    assert plain(formats.time(LATE)) == time
    assert plain(formats.datetime(LATE)) == f"{day}, {time}"


def test_moments_may_come_as_text() -> None:
    formats = formats_for("en-GB", BRATISLAVA)
    assert formats.time("2026-11-21T20:28:57.791+00:00") == "21:28"
    assert formats.date("2026-11-21T23:30:05+00:00") == "22 Nov 2026"
    assert formats.date("2026-11-21") == "21 Nov 2026"
    assert formats.date(date(2026, 11, 21)) == "21 Nov 2026"


def test_weekdays_by_their_names() -> None:
    assert formats_for("en", BRATISLAVA).weekday(LATE) == "Sunday"
    assert formats_for("sk", BRATISLAVA).weekday("2026-11-23") == "pondelok"


def test_exact_names_second_and_zone() -> None:
    assert formats_for("en-GB", BRATISLAVA).exact(LATE) == "22 November 2026, 00:30:05 CET"


@pytest.mark.parametrize(
    ("locale", "amount", "text"),
    [
        ("en", "1234.5", "€1,234.50"),
        ("en", 1234, "€1,234.00"),
        ("sk", Decimal("1234.5"), "1 234,50 €"),
        ("da", "-0.5", "-0,50 €"),
    ],
)
def test_money(locale: str, amount: str | int | Decimal, text: str) -> None:
    assert plain(formats_for(locale, BRATISLAVA).money(amount, "EUR")) == text


def test_numbers() -> None:
    assert formats_for("da", BRATISLAVA).number("1234.25") == "1.234,25"


@pytest.mark.parametrize(
    ("locale", "code", "name"),
    [
        ("en", "sk", "Slovak"),
        ("en", "SK", "Slovak"),
        ("da", "de", "tysk"),
        ("en", "pt-BR", "Portuguese (Brazil)"),
        ("en", "sr_Latn", "Serbian (Latin)"),
        ("en", "Slovak", "Slovak"),
        ("en", "xx", "xx"),
        ("en", "sk, cs", "sk, cs"),
        ("en", "-", "-"),
    ],
)
def test_languages(locale: str, code: str, name: str) -> None:
    assert formats_for(locale, BRATISLAVA).language(code) == name


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (192, "3:12"), (3792.9, "1:03:12"), (-5, "0:00"), (36000, "10:00:00")]
)
def test_how_long_a_call_lasted(seconds: float, text: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == text


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        formats_for("en", BRATISLAVA).time("2026-11-21T20:28:57")


def test_the_end_of_the_calendar_is_read_as_well() -> None:
    formats = formats_for("en-GB", BRATISLAVA)
    never = "9999-12-31T23:59:59+00:00"
    assert (formats.date(never), formats.time(never), formats.clock(never)) == (
        "31 Dec 9999",
        "23:59",
        "23:59:59",
    )
    assert formats.datetime(never) == "31 Dec 9999, 23:59"
    assert formats.exact(never) == "31 December 9999, 23:59:59 UTC"
