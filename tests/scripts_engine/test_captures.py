"""What is taken down: every kind in the ways that people write it, and what is said when it is wrong."""

import re
from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_engine.captures import LONGEST, CaptureError, currency_of, in_words, normalise, value_of
from scripts_engine.script import Capture, CaptureType

KEPT = {
    CaptureType.TEXT: {"  the lid \t is broken ": "the lid is broken", "–": "–"},
    CaptureType.NUMBER: {
        "3": "3", "-3": "-3", "−3": "-3", "+ 3": "3", "0": "0", "-0": "0", "100": "100", "12,5": "12.5",
        "12.50": "12.5", "1 234,50": "1234.5", "1\u00a0234,50": "1234.5", "1\u202f234\u202f567": "1234567",
        "1.234,50": "1234.5", "1,234.50": "1234.5", "1.234.567": "1234567", "1'234.5": "1234.5",
        "1’234": "1234",
        "0,125": "0.125", "0.125": "0.125", "1234.567": "1234.567", "1,2340": "1.234",
    },
    CaptureType.DATE: {
        "21.11.2026": "2026-11-21", "21. 11. 2026": "2026-11-21", "1.2.2026": "2026-02-01",
        "21/11/2026": "2026-11-21", "21-11-2026": "2026-11-21", "2026-11-21": "2026-11-21",
        "2026. 11. 21.": "2026-11-21", "29.2.2028": "2028-02-29", "1–2–2026": "2026-02-01",
    },
    CaptureType.EMAIL: {
        " ana@example.org ": "ana@example.org", "Ana.Nova+x@Example.ORG": "Ana.Nova+x@example.org",
        "jiří@pošta.example": "jiří@pošta.example", "a@b.c-d.example": "a@b.c-d.example",
    },
    CaptureType.PHONE: {
        "+421 905 123 456": "+421 905 123 456", "0905/123 456": "0905/123 456", "(02) 12–34": "(02) 12-34",
        "112": "112",
    },
    CaptureType.MONEY: {
        "12,50 €": "12.50 EUR", "€12.5": "12.50 EUR", "12,- Kč": "12.00 CZK", "12,– €": "12.00 EUR",
        "1 234,50 zł": "1234.50 PLN", "1.234": "1234.00", "EUR 3": "3.00 EUR",
        "3 eur": "3.00 EUR", "Fr. 3.50": "3.50 CHF", "-3,5": "-3.50", "5000 Ft": "5000.00 HUF", "7": "7.00",
        "12,50 EUR": "12.50 EUR",
    },
}  # fmt: skip
WRONG = {
    CaptureType.NUMBER: {
        "three": '"three" is no number; write one such as 3, 12,5 or 1 234,50',
        "3 ks": "is no number", "12 34": "is no number", "1.234.5": "is no number", "1,": "is no number",
        "1.234": '"1.234" can be 1234 or 1,234; write 1234 or 1,2340',
        "-1,234": '"-1,234" can be -1234 or -1,234; write -1234 or -1,2340',
        "1234567890123456": "has more than 15 digits", "٣": "is no number",
    },
    CaptureType.DATE: {
        "tomorrow": '"tomorrow" is no day; write day, month and year such as 21.11.2026',
        "21.11.": "lacks the year with its four digits; write 21.11.2026", "21.11.26": "lacks the year",
        "11/21/2026": "there is no month 21; the day comes first, such as 21.11.2026",
        "31.2.2026": "there is no day 31.2.2026; write one such as 21.11.2026",
        "0.1.2026": "there is no day 0.1.2026", "1.1.0000": "there is no day 1.1.0",
    },
    CaptureType.EMAIL: {
        "ana": '"ana" is no e-mail address; write one such as ana@example.org',
        **dict.fromkeys(
            ["ana@", "@x.org", "ana@x", "a b@x.org", "a@b@x.org", "ana@x.org,", "ana@x..org", "ana@.org",
             ".ana@x.org", "ana.@x.org", "a..b@x.org", "ana@-x.org", "ana@x-.org", "ana@x.o"],
            "is no e-mail address",
        ),
    },
    CaptureType.PHONE: {
        "my number": '"my number" is no phone number; write one such as +421 905 123 456',
        "12": "is no phone number", "1" * 21: "is no phone number", "+421 905 x": "is no phone number",
        "905+123": "is no phone number",
    },
    CaptureType.MONEY: {
        "much": '"much" is no amount; write one such as 12,50 or 1 234,50 €',
        "12,505": '"12,505" can be 12505 or a mistyped 12,50; write 12505,00',
        "1234,505": "has more than two digits after the comma; write 12,50", "12,345,5": "is no amount",
        "12 korún českých": "is no amount", "5 kr": '"kr" is no currency; write one such as €, Kč or CHF',
        "€ 5 Kč": '"€ Kč" is no currency', "0,125": "has more than two digits",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "typed", "kept"), [(kind, *pair) for kind, found in KEPT.items() for pair in found.items()]
)
def test_what_is_right_is_kept_in_one_form(kind: CaptureType, typed: str, kept: str) -> None:
    assert normalise(Capture("x", kind), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "why"), [(kind, *pair) for kind, found in WRONG.items() for pair in found.items()]
)
def test_what_is_wrong_is_told_with_an_example(kind: CaptureType, typed: str, why: str) -> None:
    with pytest.raises(CaptureError, match=re.escape(why)):
        normalise(Capture("x", kind), typed)


@pytest.mark.parametrize("kind", CaptureType)
def test_nothing_and_too_much(kind: CaptureType) -> None:
    capture = Capture("voucher_email", kind, ("a",))
    with pytest.raises(CaptureError, match="voucher email is still to be asked for"):
        normalise(capture, " \t")
    with pytest.raises(CaptureError, match=f"this may have {LONGEST} characters, not {LONGEST + 1}"):
        normalise(capture, "1" * (LONGEST + 1))


def test_a_choice_is_one_of_those_whatever_its_capitals() -> None:
    colour = Capture("colour", CaptureType.CHOICE, ("Červená", "Modrá"))
    assert normalise(colour, "červená") == "Červená"
    with pytest.raises(CaptureError, match='"Zelená" is none of the choices Červená, Modrá'):
        normalise(colour, "Zelená")


def test_values_as_conditions_compare_them() -> None:
    assert value_of(CaptureType.NUMBER, "3") == 3
    assert value_of(CaptureType.NUMBER, "1234.5") == 1234.5
    assert value_of(CaptureType.MONEY, "12.50 EUR") == 12.5
    assert value_of(CaptureType.DATE, "2026-11-21") == "2026-11-21"
    assert (currency_of("12.50 EUR"), currency_of("12.50")) == ("EUR", None)


def test_names_in_words() -> None:
    assert (in_words("voucher_email"), in_words("_")) == ("voucher email", "_")


@given(st.sampled_from(sorted(CaptureType)), st.text("0123456789 .,-+€@kč/'\u00a0abc", max_size=20))
def test_what_is_kept_can_be_given_again_or_is_told_why_not(kind: CaptureType, typed: str) -> None:
    capture = Capture("x", kind, ("a", "1"))
    try:
        kept = normalise(capture, typed)
    except CaptureError:
        return
    value_of(kind, kept)
    with suppress(CaptureError) if kind is CaptureType.NUMBER else nullcontext():
        assert normalise(capture, kept) == kept  # but 1.234: it is clear only to whoever typed 1,2340
