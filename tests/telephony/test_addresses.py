"""Addresses around a number: what is taken off, and what stays."""

import pytest

from telephony.addresses import without_extension
from telephony.numbers import Plan, normalise

SK = Plan("SK")


def e164(raw: str) -> str | None:
    return normalise(raw, SK).e164


@pytest.mark.parametrize(
    "raw",
    [
        "sip:+421905123456@10.0.0.1",
        "SIPS:+421905123456@pbx.example;transport=tls",
        "sip:+421905123456;npdi@pbx.example:5061;user=phone",
        "sip:+421905123456:secret@pbx.example",
        "sip:0905123456",
        "tel:+421-905-123-456;ext=12",
        "tel:0905123456;phone-context=+421",
        "sip:%2B421905123456@pbx.example",
        "%2B421905123456",
        "+421905123456@pbx.example",
        "+421905123456;ext=12",
        "<sip:+421905123456@pbx.example>",
        '"Ana 7" <sip:0905123456@pbx.example;user=phone>;tag=7',
        "Ana <0905123456>",
        "  +421905123456 ",
    ],
)
def test_an_address_is_taken_off(raw: str) -> None:
    assert e164(raw) == "+421905123456"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("02/5930 1111 kl. 12", "02/5930 1111"),
        ("(02) 5930 1111, ext: 12", "(02) 5930 1111"),
        ("0905123456x12", "0905123456"),
        ("+421259301111;ext=12", "+421259301111"),
        ("0905 123 456 #7", "0905 123 456"),
        ("0905 123 456", "0905 123 456"),
        ("0905 123 456 mobil", "0905 123 456 mobil"),
        ("0905 123 456 alebo 0911 222 333", "0905 123 456 alebo 0911 222 333"),
    ],
)
def test_an_extension_behind_a_stored_number_falls_away(written: str, number: str) -> None:
    assert without_extension(written) == number
