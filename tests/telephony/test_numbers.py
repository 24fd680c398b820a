"""Numbers as phone systems send them, and what must come out."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telephony.numbers import (
    MAX_RAW,
    WITHHELD_CODES,
    WITHHELD_WORDS,
    Number,
    NumberKind,
    Plan,
    display,
    normalise,
    split_country_code,
    warm,
)

SK = Plan("SK")


def e164(raw: str, plan: Plan = SK) -> str | None:
    return normalise(raw, plan).e164


@pytest.mark.parametrize(
    ("raw", "region", "expected"),
    [
        ("+421905123456", "SK", "+421905123456"),
        ("00421905123456", "SK", "+421905123456"),
        ("0905 123 456", "SK", "+421905123456"),
        ("0905/123-456", "SK", "+421905123456"),
        ("905123456", "SK", "+421905123456"),
        ("+421 (0)905 123 456", "SK", "+421905123456"),
        ("(+421) 905.123.456", "SK", "+421905123456"),
        ("+48 (0)22 123 45 67", "PL", "+48221234567"),  # a bracketed zero, though Poland has no trunk zero
        ("0048 (0)22 123 45 67", "SK", "+48221234567"),
        ("32 12 34 56", "DK", "+4532123456"),
        ("601 123 456", "CZ", "+420601123456"),
        ("06 1 234 5678", "HU", "+3612345678"),
        ("011 234 5678", "RS", "+381112345678"),
        ("06 1234 5678", "IT", "+390612345678"),  # an Italian zero belongs to the number
        ("+39 06 1234 5678", "SK", "+390612345678"),
        ("+39 (0)6 1234 5678", "SK", "+390612345678"),
        ("+378 (0549) 123456", "SK", "+3780549123456"),
        ("９０５１２３４５６", "SK", "+421905123456"),
        ("＋４２１９０５１２３４５６", "SK", "+421905123456"),
        ("٠٩٠٥١٢٣٤٥٦", "SK", "+421905123456"),
        ("0905\u00a0123\u202f456", "SK", "+421905123456"),
        ("0905‑123–456", "SK", "+421905123456"),
        ("212 555 0123", "US", "+12125550123"),
        ("011421905123456", "US", "+421905123456"),
        ("+80012345678", "SK", "+80012345678"),
        ("+421199999999", "SK", "+421199999999"),  # not valid, but possible: it may be a new range
        ("+42119999999", "SK", "+42119999999"),  # nor of a known length
        ("0042119999999", "SK", "+42119999999"),
        ("+999123456789", "SK", "+999123456789"),  # nor of a known country
        ("0014155550123", "US", "+14155550123"),  # 00 although the way abroad is 011 there
    ],
)
def test_a_number_becomes_e164(raw: str, region: str, expected: str) -> None:
    number = normalise(raw, Plan(region))
    assert (number.kind, number.e164, number.raw) == (NumberKind.E164, expected, raw)
    assert number.steps


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "ANONYMOUS",
        "unknown",
        "<unknown>",
        "Unavailable",
        "RESTRICTED",
        "private",
        "withheld",
        "blocked",
        "asterisk",
        "s",
        "sip:anonymous@anonymous.invalid",
        "sip:tx83kd@anonymous.invalid",
        "sip:@pbx.example",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "sip:+266696687@twilio.example",
        "00266696687",
        "+266 696 687",
        "<sip:anonymous@anonymous.invalid>",
        "sip:+421905123456@anonymous.invalid",
        "ａｎｏｎｙｍｏｕｓ",
        '"anonymous"',
        "'Unknown'",
        "Anonymous Caller",
        "PRIVATE NUMBER",
        "private  caller",
        "No Caller ID",
    ],
)
def test_withheld_spellings(raw: str) -> None:
    number = normalise(raw, SK)
    assert (number.kind, number.raw, number.e164) == (NumberKind.WITHHELD, "", None)


def test_the_steps_say_what_was_stripped_and_how_the_rest_was_read() -> None:
    raw = '"Ana" <sip:90905123456;npdi@10.0.0.1:5060;user=phone>;tag=7'
    assert normalise(raw, Plan("SK", prefix="9")).steps == (
        f'Number given: "{raw}".',
        "Took the address out of its header.",
        "Stripped the scheme sip.",
        "Stripped the host 10.0.0.1:5060.",
        "Stripped the parameters npdi;user=phone.",
        "Removed the outside-line prefix 9. Read as dialled in SK.",
        "E.164 form +421905123456, a number of SK.",
    )
    assert normalise("%2B999123456789", SK).steps[1:] == (
        "Undid the percent-encoding.",
        "Read as an international number.",
        "E.164 form +999123456789, of a country code that is nobody's yet.",
    )


def test_a_tel_address_says_the_country_of_a_local_number() -> None:
    assert e164("tel:0905123456;phone-context=+421", Plan("DE")) == "+421905123456"
    assert e164("tel:+4930901820;phone-context=+421", Plan("DE")) == "+4930901820"
    assert e164("tel:004930901820;phone-context=+421", Plan("DE")) == "+4930901820"
    assert e164("tel:030901820;phone-context=pbx.example", Plan("DE")) == "+4930901820"


def test_the_flag_withholds_whatever_the_number_says() -> None:
    number = normalise("+421905123456", SK, withheld=True)
    assert (number.kind, number.raw, number.e164) == (NumberKind.WITHHELD, "", None)
    assert "905" not in " ".join(number.steps) + number.national


def test_a_twilio_code_without_plus_counts_only_where_the_trunk_leaves_it_out() -> None:
    assert normalise("266696687", Plan("SK", bare_e164=True)).kind is NumberKind.WITHHELD
    assert normalise("266696687", SK).kind is NumberKind.E164


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "caller",
        "number",
        "+421905<b>",
        "1-800-FLOWERS",
        "%252B421905123456",  # decoded once only
        "%00",
        "*31#",
        "+421+905123456",
        "++421905123456",
        "+",
        "-",
        "5+421905123456",  # no outside-line prefix is configured
        "112",
        "+421112",
        "101",
        "12345",
        "+1555",
        "+4219051234567890",  # E.164 has no more than 15 digits
        "9" * 20,
        "0" * 60,
        "\u202e654321",
        "Robert'); DROP TABLE calls;--",
    ],
)
def test_no_number(raw: str) -> None:
    number = normalise(raw, SK)
    assert (number.kind, number.e164, number.region) == (NumberKind.UNUSABLE, None, None)
    assert number.steps


@pytest.mark.parametrize("between", ["\r\n", "\n", "\t", "\v", "\x1f", "\x7f", "\x85", "\u2028"])
def test_control_characters_are_no_blanks_between_digits(between: str) -> None:
    number = normalise(f"0905123456{between}0905123456", SK)
    assert (number.kind, number.national) == (NumberKind.UNUSABLE, "")
    assert e164(f"0905{between}123456") is None


@pytest.mark.parametrize("region", ["SK", "DE", "AT", "NO", "US", "GB", "IT", "BR", "AD"])
@pytest.mark.parametrize("raw", ["112", "101", "911"])
def test_emergency_numbers_match_nobody(raw: str, region: str) -> None:
    assert normalise(raw, Plan(region)).kind is NumberKind.UNUSABLE


def test_far_too_long_is_cut_and_refused() -> None:
    number = normalise("1" * (MAX_RAW + 1), SK)
    assert number.kind is NumberKind.UNUSABLE
    assert len(number.raw) == MAX_RAW


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("9+421905123456", "+421905123456"),
        ("90905123456", "+421905123456"),
        ("900421905123456", "+421905123456"),
        ("+421905123456", "+421905123456"),
        ("0905123456", "+421905123456"),
        ("9112", None),
    ],
)
def test_an_outside_line_prefix_is_removed(raw: str, expected: str | None) -> None:
    assert e164(raw, Plan("SK", prefix="9")) == expected


def test_without_a_possible_number_behind_it_the_prefix_stays() -> None:
    plan = Plan("SK", prefix="0")
    assert e164("00905123456", plan) == "+421905123456"
    assert e164("00421905123456", plan) == "+421905123456"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("4532123456", "+4532123456"),
        ("421905123456", "+421905123456"),
        ("+4532123456", "+4532123456"),
        ("0905123456", "+421905123456"),
        ("800123456", "+421800123456"),  # too short for +800, so it is national
    ],
)
def test_a_trunk_that_leaves_the_plus_out(raw: str, expected: str) -> None:
    assert e164(raw, Plan("SK", bare_e164=True)) == expected


def test_extensions_come_before_numbers() -> None:
    plan = Plan("DE", prefix="9", extensions=(3, 4))
    assert normalise("112", plan).kind is NumberKind.EXTENSION
    assert normalise("9001", plan).kind is NumberKind.EXTENSION
    assert normalise("sip:1001@pbx.example", plan).kind is NumberKind.EXTENSION
    assert normalise("12", plan).kind is NumberKind.UNUSABLE
    assert normalise("+491001", plan).kind is NumberKind.E164
    assert normalise("030123456", plan).kind is NumberKind.E164


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("+5215512345678", "SK"),
        ("+525512345678", "SK"),
        ("5512345678", "MX"),
        ("15512345678", "MX"),
        ("015512345678", "MX"),
        ("0445512345678", "MX"),
        ("0455512345678", "MX"),
    ],
)
def test_old_mexican_mobiles_lose_their_1(raw: str, region: str) -> None:
    assert e164(raw, Plan(region)) == "+525512345678"


def test_argentine_mobiles_are_found_with_and_without_the_9() -> None:
    mobile = normalise("+5491123456789", SK)
    plain = normalise("+541123456789", SK)
    assert (mobile.e164, mobile.twin) == ("+5491123456789", "+541123456789")
    assert (plain.e164, plain.twin) == ("+541123456789", "+5491123456789")
    assert e164("011 15-2345-6789", Plan("AR")) == "+5491123456789"
    assert normalise("+54112345678", SK).twin is None
    assert normalise("+421905123456", SK).twin is None


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("1212", "1"),
        ("39", "39"),
        ("421905", "421"),
        ("80012345678", "800"),
        ("9991", "999"),
        ("42", "42"),
        ("5", "5"),
    ],
)
def test_a_country_code_is_told_from_what_stands_behind_it(digits: str, code: str) -> None:
    assert split_country_code(digits) == (code, digits.removeprefix(code))


def test_the_region_is_the_numbers_own() -> None:
    assert normalise("+421905123456", Plan("DE")).region == "SK"
    assert normalise("+1 212 555 0123", SK).region == "US"
    assert normalise("+441199999999", SK).region == "GB"  # not valid: the country code's main region
    assert normalise("+80012345678", SK).region is None  # freephone everywhere


def test_a_piece_of_a_number_keeps_the_digits_that_may_suggest_one() -> None:
    local = normalise("555 0123", Plan("US"))  # the area code is missing
    assert (local.kind, local.country_code, local.national) == (NumberKind.UNUSABLE, 1, "5550123")
    unread = normalise("0" * 20 + "905123456", SK)
    assert (unread.country_code, unread.national) == (421, "905123456")
    assert normalise("5+421905123456", SK).national == ""
    assert normalise("0905123456", SK).national == "905123456"


def test_display() -> None:
    assert display(normalise("0905 123 456", SK)) == "+421 905 123 456"
    assert display(normalise("+999123456789", SK)) == "+999123456789"
    assert display(normalise("no number", SK)) == "no number"
    assert display(normalise("+", SK, withheld=True)) == ""


@pytest.mark.parametrize(
    "e164",
    ["+390612345678", "+3900612345", "+12125550123", "+5491123456789", "+525512345678", "+80012345678"],
)
def test_display_is_the_librarys_own_format(e164: str) -> None:
    number = normalise(e164, SK)
    assert number.e164 is not None
    parsed = phonenumbers.parse(number.e164)
    assert display(number) == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def test_warming_is_harmless() -> None:
    warm(SK)
    assert e164("0905123456") == "+421905123456"


plans = st.builds(
    Plan,
    region=st.sampled_from(["SK", "US", "IT", "AR", "MX", "DE", "HU", "BY"]),
    prefix=st.sampled_from(["", "0", "9", "00"]),
    bare_e164=st.booleans(),
    extensions=st.none() | st.just((3, 4)),
)


def wide(text: str) -> str:
    """In full-width letters."""
    return "".join("\u3000" if each == " " else chr(ord(each) + 0xFEE0) for each in text)


near_numbers = st.text(st.sampled_from("0123456789+ ()-./%@;:<>２٢siptel*#xA\u202e"), max_size=40)


@given(st.text(st.characters(), max_size=300) | near_numbers, plans, st.booleans())
def test_never_raises_and_keeps_its_promises(raw: str, plan: Plan, withheld: bool) -> None:
    number = normalise(raw, plan, withheld)
    assert (number.e164 is not None) == (number.kind is NumberKind.E164)
    assert number.steps
    if number.e164 is not None:
        assert number.e164[0] == "+"
        assert number.e164[1:].isdecimal()
        assert number.e164.isascii()
    if withheld:
        assert number.raw == ""


@given(near_numbers | st.from_regex(r"([+]|00)?[0-9]{5,15}", fullmatch=True), plans)
@example("00000000", Plan("SK"))
@example("+37588641319", Plan("BY"))  # a trunk prefix of 8 behind another one
def test_e164_stays_what_it_is(raw: str, plan: Plan) -> None:
    first = normalise(raw, plan)
    if first.e164 is not None:
        assert without_raw(normalise(first.e164, plan)) == without_raw(first)


def without_raw(number: Number) -> tuple[object, ...]:
    return (number.kind, number.e164, number.region, number.twin)


withheld_spellings = st.builds(
    str.format,
    st.sampled_from(
        ["{}", " {}\t", "sip:{}@pbx.example", "SIPS:{}@h:5061;user=phone", "tel:{}", '"Ana" <sip:{}@h>;tag=1']
    ),
    st.builds(
        lambda word, spell: spell(word),
        st.sampled_from(sorted(WITHHELD_WORDS - {""})),
        st.sampled_from([str.lower, str.upper, str.title, wide]),
    )
    | st.sampled_from(sorted(f"+{code}" for code in WITHHELD_CODES)),
)


@given(withheld_spellings, plans)
def test_a_withheld_spelling_never_yields_a_number(raw: str, plan: Plan) -> None:
    number = normalise(raw, plan)
    assert number == Number("", NumberKind.WITHHELD, None, None, number.steps)


@given(near_numbers, plans)
def test_the_host_for_the_anonymous_withholds_any_number(user: str, plan: Plan) -> None:
    number = normalise(
        f"sip:{user.replace('@', '').replace('<', '').replace('>', '')}@anonymous.invalid", plan
    )
    assert (number.kind, number.raw) == (NumberKind.WITHHELD, "")
    assert not any(character.isdecimal() for step in number.steps for character in step)
