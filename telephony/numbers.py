"""Telephone numbers: whatever a phone system sends in, E.164 out, with every step said.

Caller ID is a claim: a number finds records, it never proves who calls. A national number counts when it is
*possible* (its length fits its country), one with its country code in any case; whether it is valid is never
asked, because numbering plans grow faster than any library.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from telephony.addresses import without_address

MAX_RAW = 200
"""Longer input is no telephone number and is not looked at."""

CACHED = 65_536
"""How many numbers are remembered: more than call in a busy day."""

_WORDS = "anonymous unknown unavailable restricted private withheld blocked asterisk s"
WITHHELD_WORDS = frozenset(("", "no caller id", *_WORDS.split()))
"""What phone systems write instead of a number, also with ` caller` or ` number` behind it; `asterisk` and
`s` are Asterisk's own defaults."""

WITHHELD_CODES = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})
"""Twilio's ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, spelled on a telephone's keys."""

_SEPARATORS = re.compile(r"(?:[./()\-\u2010-\u2015\u2212]|[^\S\x00-\x1f\x7f-\x9f\u2028\u2029])+")
"""Signs and blanks that people write between digits; a control character is none."""
_OPTIONAL_ZERO = re.compile(r"\(0\)")
_INTERNATIONAL = re.compile(r"\(?(?:\+|00)")
_COMPLETE = re.compile(r"(?:\+|00)([1-9][0-9]{7,14})")
"""A country code with all that stands behind it: E.164 has up to 15 digits."""
_KEEPS_ITS_ZERO = re.compile(r"\(?(?:\+|00)(?:39|378)")
_OLD_MEXICAN_MOBILE = re.compile(r"(?:1|01|044|045)(\d{10})")
_ARGENTINA = 54
_MEXICO = 52


class NumberKind(StrEnum):
    """What a raw number turned out to be."""

    E164 = "e164"
    EXTENSION = "extension"  # an internal number of the phone system
    WITHHELD = "withheld"  # the caller does not show it
    UNUSABLE = "unusable"  # no number that anybody could be called back on


@dataclass(frozen=True, slots=True)
class Plan:
    """How one trunk writes numbers. `region` is its country (ISO 3166, e.g. SK); `prefix` the digits for an
    outside line; `bare_e164` says that it sends E.164 without the plus; `extensions` is the length of
    internal numbers (shortest, longest)."""

    region: str
    prefix: str = ""
    bare_e164: bool = False
    extensions: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number as sent (`raw`, "" when withheld) and what it is.

    `e164` and `region` are set for kind E164 only (`region` is None where a number belongs to no country).
    `twin` is the other E.164 spelling of the same telephone (Argentine mobiles, with and without the 9).
    `country_code` and `national` are the digits by which a weak suggestion may be made: of the number itself,
    or of what is left of it when it is no whole number. `steps` tells what was done, in English sentences.
    """

    raw: str
    kind: NumberKind
    e164: str | None
    region: str | None
    steps: tuple[str, ...]
    twin: str | None = None
    country_code: int | None = None
    national: str = ""


def normalise(raw: str, plan: Plan, withheld: bool = False) -> Number:
    """What `raw` is, by the plan of the trunk it came from. Never raises.

    `withheld` is the phone system's word that the caller's presentation is prohibited: then the number is
    neither kept nor looked at.
    """
    if withheld:
        return _withheld("The phone system says that the caller withholds the number.")
    if len(raw) > MAX_RAW:
        step = f"Longer than {MAX_RAW} characters: no telephone number."
        return Number(raw[:MAX_RAW], NumberKind.UNUSABLE, None, None, (step,))
    return _normalise(raw, plan)


def display(number: Number) -> str:
    """The number as people read it: `+421 905 123 456`. What is no E.164 number stays as it was sent."""
    if number.e164 is None or number.country_code is None:
        return number.e164 or number.raw
    return _international(number.country_code, number.national)


def split_country_code(digits: str) -> tuple[str, str]:
    """The country code with which digits begin, and what stands behind it. Codes that are nobody's yet have
    three digits, as all new ones."""
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    length = next((length for length in (1, 2) if int(digits[:length]) in codes), 3)
    return digits[:length], digits[length:]


@lru_cache(CACHED)
def _international(country_code: int, national: str) -> str:
    """Put together from its parts: reading it again takes as long as writing it."""
    zeros = len(national) - len(national.lstrip("0"))
    number = PhoneNumber(
        country_code,
        int(national),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def warm(plan: Plan) -> None:
    """Load what the library knows of the plan's region, which takes milliseconds: before the first call."""
    normalise("0123456789", plan)
    display(normalise(f"+{phonenumbers.country_code_for_region(plan.region)}123456789", plan))


@lru_cache(CACHED)
def _normalise(raw: str, plan: Plan) -> Number:
    bare = without_address(raw)
    if bare.anonymous:
        return _withheld("The address stands for a withheld number.")
    if _word(bare.text) in WITHHELD_WORDS:
        return _withheld(
            f'"{bare.text}" stands for a withheld number.' if bare.text else "There is no number."
        )
    steps = (f'Number given: "{raw.strip()}".', *bare.steps)
    dialled = _dial_characters(bare.text)
    if dialled is None:
        step = "Has characters that cannot be dialled: no telephone number."
        return Number(raw, NumberKind.UNUSABLE, None, None, (*steps, step))
    if _is_extension(dialled, plan):
        step = f"{len(dialled)} digits: an internal extension of this phone system."
        return Number(raw, NumberKind.EXTENSION, None, None, (*steps, step))
    return _outside_number(raw, _dialled_with(bare.context, dialled), plan, steps)


def _withheld(step: str) -> Number:
    return Number("", NumberKind.WITHHELD, None, None, (step,))


def _word(text: str) -> str:
    words = " ".join(text.lower().strip("<>\"' ").split())
    return words.removesuffix(" caller").removesuffix(" number")


def _dial_characters(text: str) -> str | None:
    """The digits (of any script) in ASCII, with a plus in front or behind an outside-line prefix; None when
    there is anything else. A bracketed zero goes, except where it is part of the number."""
    plain = text if text.isascii() else "".join(map(_ascii, text))
    if _INTERNATIONAL.match(plain) and not _KEEPS_ITS_ZERO.match(plain):
        plain = _OPTIONAL_ZERO.sub("", plain)
    plain = _SEPARATORS.sub("", plain)
    return plain if re.fullmatch(r"[0-9]*\+?[0-9]+", plain) else None


def _ascii(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _is_extension(dialled: str, plan: Plan) -> bool:
    if plan.extensions is None or "+" in dialled:
        return False
    shortest, longest = plan.extensions
    return shortest <= len(dialled) <= longest


def _dialled_with(context: str, dialled: str) -> str:
    """A local number of a tel address together with the country code that the address gives."""
    return dialled if "+" in dialled or dialled.startswith("00") else context + dialled


def _outside_number(raw: str, dialled: str, plan: Plan, steps: tuple[str, ...]) -> Number:
    """The first way to read the digits that gives a possible number; else one with its country code, whatever
    the library thinks of it."""
    readings = [(text, step, _parse(text, plan.region)) for text, step in _readings(dialled, plan)]
    for _, step, parsed in readings:
        if parsed is not None and _digits(parsed) in WITHHELD_CODES:
            return _withheld("The number is a code that stands for a withheld number.")
        if parsed is not None and _is_possible(parsed):
            return _e164(raw, parsed, (*steps, step))
    for text, step, _ in readings:
        complete = _COMPLETE.fullmatch(text)
        if complete is not None:
            return _complete(raw, complete[1], plan.region, (*steps, step))
    return _piece(raw, dialled, readings[-1][2] if readings else None, plan, steps)


def _digits(parsed: PhoneNumber) -> str:
    return f"{_country_code(parsed)}{phonenumbers.national_significant_number(parsed)}"


def _complete(raw: str, digits: str, region: str, steps: tuple[str, ...]) -> Number:
    """A number with its country code, of a length or a country that the library does not know."""
    parsed = _parse(f"+{digits}", region)
    if parsed is not None:
        return _e164(raw, parsed, steps)
    step = f"E.164 form +{digits}, of a country code that is nobody's yet."
    return Number(raw, NumberKind.E164, f"+{digits}", None, (*steps, step), national=digits)


def _piece(raw: str, dialled: str, parsed: PhoneNumber | None, plan: Plan, steps: tuple[str, ...]) -> Number:
    """No whole number, but its digits may still suggest one."""
    if parsed is None:
        country_code = phonenumbers.country_code_for_region(plan.region)
        national = "" if "+" in dialled else dialled.lstrip("0")
    else:
        country_code = _country_code(parsed)
        national = phonenumbers.national_significant_number(parsed)
    step = f"No possible telephone number, read as dialled in {plan.region}."
    return Number(
        raw, NumberKind.UNUSABLE, None, None, (*steps, step), country_code=country_code, national=national
    )


def _readings(dialled: str, plan: Plan) -> list[tuple[str, str]]:
    """How the digits may be read, the likeliest first, each with its step."""
    readings = []
    rest = dialled.removeprefix(plan.prefix)
    if plan.prefix and rest != dialled:
        readings = [
            (text, f"Removed the outside-line prefix {plan.prefix}. {step}")
            for text, step in _direct_readings(rest, plan)
        ]
    return readings + _direct_readings(dialled, plan)


def _direct_readings(dialled: str, plan: Plan) -> list[tuple[str, str]]:
    if dialled.startswith("+"):
        return [(dialled, "Read as an international number.")]
    if "+" in dialled:
        return []
    national = (dialled, f"Read as dialled in {plan.region}.")
    if plan.bare_e164 and not dialled.startswith("0"):
        return [("+" + dialled, "Read as an international number without its plus."), national]
    return [national]


def _parse(text: str, region: str) -> PhoneNumber | None:
    """The library's reading, with our own rule for Mexico: the 1 of old mobile numbers is gone since 2019."""
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    national = phonenumbers.national_significant_number(parsed)
    if parsed.country_code == _MEXICO:
        old = _OLD_MEXICAN_MOBILE.fullmatch(national)
        if old:
            return PhoneNumber(country_code=_MEXICO, national_number=int(old[1]))
    whole = f"+{parsed.country_code}{national}"
    if whole != text and _may_have_trunk_prefix(parsed, national):  # one may hide another
        return _parse(whole, region)
    return parsed


def _may_have_trunk_prefix(parsed: PhoneNumber, national: str) -> bool:
    region = phonenumbers.region_code_for_country_code(_country_code(parsed))
    known = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    pattern = known and known.national_prefix_for_parsing
    return bool(pattern and re.match(pattern, national))


def _is_possible(parsed: PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE


def _e164(raw: str, parsed: PhoneNumber, steps: tuple[str, ...]) -> Number:
    country_code = _country_code(parsed)
    national = phonenumbers.national_significant_number(parsed)
    e164 = f"+{country_code}{national}"
    region = phonenumbers.region_code_for_number(parsed)
    if region is None:
        region = phonenumbers.region_code_for_country_code(country_code)
    of = f", a number of {region}" if region.isalpha() else ""  # 001 stands for no country
    return Number(
        raw,
        NumberKind.E164,
        e164,
        region if of else None,
        (*steps, f"E.164 form {e164}{of}."),
        twin=_twin(country_code, national),
        country_code=country_code,
        national=national,
    )


def _country_code(parsed: PhoneNumber) -> int:
    return parsed.country_code or 0  # the library always sets it; its type does not say so


def _twin(country_code: int, national: str) -> str | None:
    """Argentine mobiles are sent with and without the 9 behind the country code; both ring one telephone."""
    if country_code != _ARGENTINA:
        return None
    if len(national) == 11 and national.startswith("9"):
        return f"+{_ARGENTINA}{national[1:]}"
    return f"+{_ARGENTINA}9{national}" if len(national) == 10 else None
