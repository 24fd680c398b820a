"""Filters: what they give in which language, and what they refuse without quoting it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from jinja2 import StrictUndefined

from console.scripts.filters import FILTERS, Speech, UnfitError, locale_of

ZONE = ZoneInfo("Europe/Bratislava")
LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def speech(language: str = "", region: str | None = None, home: str = "en_GB") -> Speech:
    return Speech(locale_of(language, region, home), ZONE, "EUR")


@pytest.mark.parametrize(
    ("language", "region", "day", "amount"),
    [
        ("da", "DK", "21. november 2026", "1.234,50\xa0€"),
        ("da", None, "21. november 2026", "1.234,50\xa0€"),
        ("da", "SK", "21. november 2026", "1.234,50\xa0€"),
        ("sk", "SK", "21. novembra 2026", "1\xa0234,50\xa0€"),
        ("en", "US", "November 21, 2026", "€1,234.50"),
        ("en", "GB", "21 November 2026", "€1,234.50"),
        ("en", "KR", "21 November 2026", "€1,234.50"),  # no such locale: as at home
        ("en", None, "21 November 2026", "€1,234.50"),
        ("en-US", "DK", "November 21, 2026", "€1,234.50"),
        ("de", "CH", "21. November 2026", "EUR\xa01’234.50"),
        ("", "DK", "21 November 2026", "€1,234.50"),
        ("Danish", "DK", "21 November 2026", "€1,234.50"),
        ("tlh", None, "21 November 2026", "€1,234.50"),
        ("../../etc/passwd", "DK", "21 November 2026", "€1,234.50"),
    ],
)
def test_days_and_amounts_in_the_customer_s_language_and_region(
    language: str, region: str | None, day: str, amount: str
) -> None:
    spoken = speech(language, region)
    assert (spoken.date(LATE), spoken.money(Decimal("1234.5"))) == (day, amount)


def test_a_language_that_babel_does_not_know_is_the_system_s() -> None:
    assert locale_of("xx", "DK", "sk-SK") == Locale("sk", "SK")
    assert locale_of("PT-br", None, "en") == Locale("pt", "BR")


def test_a_moment_is_a_day_where_the_company_is_and_a_day_is_itself() -> None:
    english = speech()
    assert english.date(LATE) == english.date(date(2026, 11, 21)) == english.date("2026-11-21")
    assert english.date("2026-11-20T23:30:00+00:00") == english.date("2026-11-21T01:00:00")


def test_an_amount_may_be_a_text_as_answers_and_attributes_are() -> None:
    assert speech("sk").money("12.5", "czk") == "12,50\xa0CZK"


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("", "MRKVA  JOZEF", "Mrkva Jozef"),
        ("", "Jozef Mrkva", "Jozef Mrkva"),
        ("", "Anne-Marie McDonald", "Anne-Marie McDonald"),
        ("", "IBM SK", "Ibm SK"),
        ("da", "ÅSE O'HARA-ØSTERGÅRD", "Åse O'Hara-Østergård"),
        ("en", "MCDONALD'S", "Mcdonald's"),
        ("tr", "IŞIK İBRAHİM", "Işık İbrahim"),
        ("nl", "IJSBRAND VRIES", "IJsbrand Vries"),
        ("en", "李 小龍", "李 小龍"),
        ("", "", ""),
    ],
)
def test_names_are_said_as_they_are_written_there(language: str, written: str, said: str) -> None:
    assert speech(language).name(written) == said


def test_capitals_by_the_language_s_rules() -> None:
    assert (speech("tr").upper("istanbul"), speech("tr").lower("ISI")) == ("İSTANBUL", "ısı")
    assert speech("tr").capitalize("izmir Ili") == "İzmir ıli"
    assert (speech().upper("straße"), speech().capitalize("")) == ("STRASSE", "")


def test_of_several() -> None:
    english = speech()
    assert (english.first(("a", "b")), english.last("xyz"), english.length([1, 2])) == ("a", "z", 2)
    assert (
        english.default(None, "x")
        == english.default("", "x")
        == english.default(StrictUndefined(), "x")
        == "x"
    )
    assert english.default(0, "x") == 0


SECRET = "Jozef"


@pytest.mark.parametrize("name", ["date", "money", "name", "upper", "lower", "capitalize", "first", "length"])
@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            StrictUndefined(),
            True,
            (),
            [],
            {SECRET: SECRET},
            object(),
            SECRET,
            b"x",
            10**400,
            -(10**15),
        ),
        *(float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), "NaN", "1e999999", "9" * 5_000),
        *(
            datetime.max.replace(tzinfo=UTC),
            datetime.min.replace(tzinfo=UTC),
            date.max,
            "9999-99-99",
            "\ud800",
        ),
    ],
)
def test_whatever_a_filter_is_given_it_gives_a_text_or_says_why_without_quoting_it(
    name: str, value: object
) -> None:
    why = "is "
    try:
        assert len(str(FILTERS[name].apply(speech(), value))) <= 20_000
    except UnfitError as error:
        why = error.why
    except OverflowError:  # a day beyond all calendars: `filling` says so
        assert name == "date"
    assert SECRET not in why
    assert why.startswith(("is ", "has "))


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("date", ("Jozef",), "is a text, and no day"),
        ("date", (5,), "is a number, and no day"),
        ("money", (True,), "is yes or no, and no number"),
        ("money", ("Jozef",), "is a text, and no number"),
        ("money", (float("inf"),), "is no number that can be said"),
        ("money", (5, "GOLD"), "has a currency that there is not"),
        ("money", (5, 5), "is a number, and no text"),
        ("name", (date(2026, 1, 1),), "is a day, and no text"),
        ("upper", (None,), "has no value"),
        ("first", ((),), "is empty"),
        ("last", (5,), "is a number, and no list"),
        ("length", ({},), "is a mapping, and no list"),
        ("length", (object(),), "is several things, and no list"),
    ],
)
def test_why_a_value_does_not_fit(name: str, arguments: tuple[object, ...], why: str) -> None:
    with pytest.raises(UnfitError) as caught:
        FILTERS[name].apply(speech(), *arguments)
    assert caught.value.why == why
