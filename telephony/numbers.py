"""Telephone numbers: whatever a phone system sends in, E.164 out, with every step said.

Caller ID is a claim: a number finds records, it never proves who calls. A number counts when it is
*possible* (its length fits its country); whether it is valid is never asked, because numbering plans grow
faster than any library.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

MAX_RAW = 200
"""Longer input is no telephone number and is not looked at."""

CACHED = 65_536
"""How many numbers are remembered: more than call in a busy day."""

_WORDS = "anonymous unknown unavailable restricted private withheld blocked asterisk s"
WITHHELD_WORDS = frozenset(("", *_WORDS.split()))
"""What phone systems write instead of a number; `asterisk` and `s` are Asterisk's own defaults."""

WITHHELD_CODES = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})
"""Twilio's ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, spelled on a telephone's keys."""

_SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s./()\-\u2010-\u2015\u2212]+")
_OPTIONAL_ZERO = re.compile(r"\(0\)")
_INTERNATIONAL = re.compile(r"\(?(?:\+|00)")
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
        return number.raw
    return _international(number.country_code, number.national)


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
    steps: list[str] = []
    text = _without_address(raw, steps)
    if _is_withheld(text, plan):
        return _withheld(f'"{text}" stands for a withheld number.' if text else "There is no number.")
    dialled = _dial_characters(text)
    if dialled is None:
        steps.append("Has characters that cannot be dialled: no telephone number.")
        return Number(raw, NumberKind.UNUSABLE, None, None, tuple(steps))
    if _is_extension(dialled, plan):
        steps.append(f"{len(dialled)} digits: an internal extension of this phone system.")
        return Number(raw, NumberKind.EXTENSION, None, None, tuple(steps))
    return _outside_number(raw, dialled, plan, steps)


def _withheld(step: str) -> Number:
    return Number("", NumberKind.WITHHELD, None, None, (step,))


def _without_address(raw: str, steps: list[str]) -> str:
    """The number inside a SIP or tel address; percent-encoding is undone once, after the address is cut."""
    text = raw.strip()
    scheme = _SCHEME.match(text)
    bare = text[scheme.end() :] if scheme else text
    user, at, host = bare.partition("@")
    if at and host.lower().startswith("anonymous.invalid"):
        user = "anonymous"
    if scheme or at:
        steps.append("Took the number out of its address (scheme, host and parameters).")
        user = re.split("[;?:]", user, maxsplit=1)[0]
    decoded = unquote(user)
    if decoded != user:
        steps.append("Undid the percent-encoding.")
    return decoded.strip()


def _is_withheld(text: str, plan: Plan) -> bool:
    word = text.lower().removeprefix("<").removesuffix(">")
    code = word.removeprefix("+") if plan.bare_e164 or word.startswith("+") else ""
    return word in WITHHELD_WORDS or code in WITHHELD_CODES


def _dial_characters(text: str) -> str | None:
    """The digits (of any script) in ASCII, with a plus in front or behind an outside-line prefix; None when
    there is anything else. A bracketed zero goes, except where it is part of the number."""
    plain = text if text.isascii() else "".join(map(_ascii, text))
    if _INTERNATIONAL.match(plain) and not _KEEPS_ITS_ZERO.match(plain):
        plain = _OPTIONAL_ZERO.sub("", plain)
    plain = _SEPARATORS.sub("", plain)
    return plain if re.fullmatch(r"[0-9]*\+?[0-9]+", plain) else None


def _ascii(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return {"＋": "+", "（": "(", "）": ")", "－": "-"}.get(character, character)


def _is_extension(dialled: str, plan: Plan) -> bool:
    if plan.extensions is None or "+" in dialled:
        return False
    shortest, longest = plan.extensions
    return shortest <= len(dialled) <= longest


def _outside_number(raw: str, dialled: str, plan: Plan, steps: list[str]) -> Number:
    """The first way to read the digits that gives a possible number."""
    parsed = None
    for text, step in _readings(dialled, plan):
        parsed = _parse(text, plan.region)
        if parsed is not None and _is_possible(parsed):
            return _e164(raw, parsed, (*steps, step))
    return _piece(raw, dialled, parsed, plan, steps)


def _piece(raw: str, dialled: str, parsed: PhoneNumber | None, plan: Plan, steps: list[str]) -> Number:
    """No whole number, but its digits may still suggest one."""
    if parsed is None:
        country_code = phonenumbers.country_code_for_region(plan.region)
        national = "" if "+" in dialled else dialled.lstrip("0")
    else:
        country_code = _country_code(parsed)
        national = phonenumbers.national_significant_number(parsed)
    return Number(
        raw,
        NumberKind.UNUSABLE,
        None,
        None,
        (*steps, f"No possible telephone number, read as dialled in {plan.region}."),
        country_code=country_code,
        national=national,
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
    if parsed.country_code == _MEXICO:
        old = _OLD_MEXICAN_MOBILE.fullmatch(phonenumbers.national_significant_number(parsed))
        if old:
            return PhoneNumber(country_code=_MEXICO, national_number=int(old[1]))
    return parsed


def _is_possible(parsed: PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE


def _e164(raw: str, parsed: PhoneNumber, steps: tuple[str, ...]) -> Number:
    country_code = _country_code(parsed)
    national = phonenumbers.national_significant_number(parsed)
    region = phonenumbers.region_code_for_number(parsed)
    if region is None:
        region = phonenumbers.region_code_for_country_code(country_code)
    return Number(
        raw,
        NumberKind.E164,
        phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        region if region.isalpha() else None,  # 001 stands for no country
        steps,
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
