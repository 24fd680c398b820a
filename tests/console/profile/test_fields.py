"""Single values of a CSV file."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.customers.records import ItemRecord, PhoneRecord
from console.profile.fields import FieldError, currency, forms, integer, one_of, text_of

ZONE = ZoneInfo("Europe/Bratislava")
SK = forms("sk", ZONE, "SK")
EN = forms("en", ZONE, "SK")
LOCALES = [
    "sk",
    "sk_SK",
    "cs",
    "de",
    "de_CH",
    "pl",
    "hu",
    "fr",
    "sv",
    "hr",
    "bg",
    "sr",
    "ja",
    "en",
    "en_GB",
    "ar",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21", datetime(2026, 11, 20, 23, tzinfo=UTC)),
        ("2026-06-21", datetime(2026, 6, 20, 22, tzinfo=UTC)),
        ("2026-11-21T14:30", datetime(2026, 11, 21, 13, 30, tzinfo=UTC)),
        ("2026-11-21 14:30:15", datetime(2026, 11, 21, 13, 30, 15, tzinfo=UTC)),
        ("2026-11-21 9:30", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("2026-11-21T14:30+01:00", datetime(2026, 11, 21, 13, 30, tzinfo=UTC)),
        ("2026-11-21T14:30:00.5Z", datetime(2026, 11, 21, 14, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-11-21 14:30 -0500", datetime(2026, 11, 21, 19, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("locale", ["sk", "en"])
def test_iso_moments_in_any_locale(text: str, expected: datetime, locale: str) -> None:
    assert forms(locale, ZONE, "SK").moment(text) == expected


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("sk", "21.11.2026"),
        ("sk", "21. 11. 2026"),
        ("sk", "21/11/2026"),
        ("da", "21-11-2026"),
        ("da", "21.11.2026"),
        ("nl", "21/11/2026"),
        ("sk", "21.11.2026 0:00"),
        ("cs", "21.11.2026"),
        ("de", "21.11.2026, 00:00:00"),
        ("hr", "21. 11. 2026."),
        ("sr", "21.11.2026."),
        ("hu", "2026. 11. 21."),
        ("hu", "2026.11.21"),
        ("bg", "21.11.2026"),
        ("fr", "21/11/2026"),
        ("en_GB", "21/11/2026"),
        ("en", "11/21/2026"),
        ("en", "11/21/2026 12:00 AM"),
        ("ja", "2026/11/21"),
        ("hu", "2026/11/21"),
        ("sv", "2026.11.21"),
        ("nl", "21-11-2026"),
    ],
)
def test_local_dates(locale: str, text: str) -> None:
    assert forms(locale, ZONE, "SK").moment(text) == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_afternoons() -> None:
    assert EN.moment("11/21/2026 2:30 p.m.") == datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    with pytest.raises(FieldError):
        EN.moment("11/21/2026 14:30 PM")


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "31.02.2026",
        "21.11.26",
        "20261121",
        "11/21/2026",
        "1.1.2026 25:00",
    ],
)
def test_no_dates_say_what_would_be_right(text: str) -> None:
    with pytest.raises(FieldError, match=r"write 2026-11-21.* or 21\. 11\. 2026"):
        SK.moment(text)
    with pytest.raises(FieldError, match=r"write 2026-11-21 or 21\. 11\. 2026"):
        SK.day(text)


def test_a_dotted_date_is_not_guessed_where_nobody_writes_it() -> None:
    with pytest.raises(FieldError, match="11/21/2026"):
        EN.moment("1.2.2026")


def test_the_beginning_of_time_is_too_far_away() -> None:
    with pytest.raises(FieldError, match="far"):
        SK.moment("0001-01-01")


def test_a_birthday_is_the_day_that_is_written() -> None:
    assert SK.day("21.11.1990") == date(1990, 11, 21)
    assert SK.day("1990-11-21T00:00+14:00") == date(1990, 11, 21)


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("sk", "1234,50", "1234.5"),
        ("sk", "1 234,50", "1234.5"),
        ("sk", "1\u00a0234\u00a0567,5", "1234567.5"),
        ("sk", "1234.50", "1234.5"),
        ("fr", "1\u202f234,5", "1234.5"),
        ("de", "1.234,50", "1234.5"),
        ("de", "1.234", "1234"),
        ("de", "1234.50", "1234.5"),
        ("de_CH", "1’234.50", "1234.5"),
        ("en", "1,234.50", "1234.5"),
        ("en", "-5", "-5"),
        ("en", "+0.00005", "0"),
        ("en", "0.00015", "0.0002"),
    ],
)
def test_amounts(locale: str, text: str, expected: str) -> None:
    assert forms(locale, ZONE, "SK").amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text", ["1234,50", "12a", "1,23,4", "€5", "NaN", "Infinity", "1e5", "٥", "--5", "9" * 41]
)
def test_no_amounts(text: str) -> None:
    with pytest.raises(FieldError, match=r"1234\.50"):
        EN.amount(text)


def test_amounts_that_cannot_be_summed() -> None:
    with pytest.raises(FieldError, match="large"):
        EN.amount("9" * 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50),
        ("-3", -3),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("0", 0),
        ("0.5", 0.5),
        ("007", "007"),
        ("+421905123456", "+421905123456"),
        ("1234567890123456", "1234567890123456"),
        ("gold", "gold"),
        ("nan", "nan"),
        ("", None),
    ],
)
def test_attributes_become_numbers_when_they_look_like_it(text: str, expected: object) -> None:
    value = SK.attribute(text)
    assert (value, type(value)) == (expected, type(expected))


def test_phones() -> None:
    assert SK.phones(
        " 0905 123 456|mobile ; +421212345678|office|shared;;abc;\u202a0905/123-457\u202c||no"
    ) == (
        PhoneRecord("0905 123 456", "+421905123456", "mobile", shared=False),
        PhoneRecord("+421212345678", "+421212345678", "office", shared=True),
        PhoneRecord("abc", None, None, shared=False),
        PhoneRecord("0905/123-457", "+421905123457", None, shared=False),
    )


def test_the_same_number_counts_once() -> None:
    assert [phone.label for phone in SK.phones("0905123456|mobile;+421905123456|home")] == ["mobile"]


@pytest.mark.parametrize(
    "text", ["0905123456|a|b", "0905123456|a|shared|x", "0905123456|" + "a" * 101, "1" * 101]
)
def test_phones_that_are_wrong(text: str) -> None:
    with pytest.raises(FieldError):
        SK.phones(text)


def test_items() -> None:
    assert SK.items(r"A1|Printer \| 4\;in\1|printers|2|1 099,90; B2 | Ink | | 1.5 | 3 ;") == (
        ItemRecord("A1", r"Printer | 4;in\1", "printers", Decimal(2), Decimal("1099.90")),
        ItemRecord("B2", "Ink", None, Decimal("1.5"), Decimal(3)),
    )


@pytest.mark.parametrize(
    "text",
    ["A1|Ink|ink|1", "A1|Ink|ink|1|2|3", "A1||ink|1|2", "A1|Ink|ink|one|2", "A|" + "x" * 301 + "||1|1"],
)
def test_items_that_are_wrong(text: str) -> None:
    with pytest.raises(FieldError):
        SK.items(text)


def test_small_readers() -> None:
    assert (integer("12"), currency("eur"), one_of("a", "b")("B"), text_of(2)("ab")) == (12, "EUR", "b", "ab")
    for read, text in [
        (integer, "-1"),
        (integer, "1.5"),
        (currency, "€"),
        (one_of("a"), "b"),
        (text_of(1), "ab"),
    ]:
        with pytest.raises(FieldError):
            read(text)


@given(
    st.sampled_from(LOCALES),
    st.text(max_size=30) | st.text(st.sampled_from("0123456789.,- /:TZ+’\u00a0|;\\"), max_size=30),
)
def test_readers_refuse_and_never_fail(locale: str, text: str) -> None:
    reader = forms(locale, ZONE, "SK")
    for read in (
        reader.moment,
        reader.day,
        reader.amount,
        reader.attribute,
        reader.phones,
        reader.items,
        integer,
    ):
        try:
            read(text)
        except FieldError:
            continue


@given(st.sampled_from(LOCALES), st.integers(-2_000_000_000, 4_000_000_000))
def test_moments_come_back(locale: str, epoch_s: int) -> None:
    at = datetime.fromtimestamp(epoch_s, UTC)
    assert forms(locale, ZONE, "SK").moment(at.isoformat()) == at


@given(st.sampled_from(LOCALES), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_come_back_in_the_local_form(locale: str, day: date) -> None:
    reader = forms(locale, ZONE, "SK")
    written = {"2026": f"{day:%Y}", "11": f"{day:%m}", "21": f"{day:%d}"}
    local = re.sub("2026|11|21", lambda found: written[found[0]], reader.example)
    assert reader.day(local) == day


@given(st.decimals(-(10**9), 10**9, places=4))
def test_amounts_come_back(amount: Decimal) -> None:
    assert SK.amount(str(amount).replace(".", ",")) == amount
    assert EN.amount(f"{amount:,}") == amount


@given(st.lists(st.tuples(*[st.text(max_size=20)] * 3), min_size=1, max_size=4))
def test_escaped_items_come_back(names: list[tuple[str, str, str]]) -> None:
    def escaped(text: str) -> str:
        return text.replace("|", r"\|").replace(";", r"\;")

    cleaned = [[part.replace("\\", "").strip() for part in parts] for parts in names]
    entries = [[sku, f"n{name}", category] for sku, name, category in cleaned]
    text = ";".join("|".join([*map(escaped, entry), "1", "2"]) for entry in entries)
    found = EN.items(text)
    assert [[item.sku, item.name, item.category or ""] for item in found] == entries
