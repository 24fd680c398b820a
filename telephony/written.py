"""Numbers as people write them into an address book: with a word in front, a remark behind, two in one field;
and what spreadsheets make of them.

None of that is ever sent by those who call, so it is for stored numbers only.
"""

import re

from telephony.addresses import without_extension
from telephony.numbers import MAX_RAW, Plan, normalise

_WORDS = (
    "tel telefon telefón telefonszám telefonnummer telefono telephone tlf phone fon fono "
    "mobil mobile mobiltel mobiltelefon mobiltelefón mobilný mobilní mob gsm handy cell cellulare cel móvil "
    "celular kom komórka komórkowy fax pevná linka domov domů práca práce office home work büro privat "
    "privát kontor arbejde"
)
"""What telephones are called in the countries of the first users. Other words (an account, an order) may
stand before digits that are no telephone number: those are left alone."""

_WORD = "(?:" + "|".join(sorted(_WORDS.split(), key=len, reverse=True)) + r"|[tmf](?=[.:]))"
_IN_FRONT = re.compile(rf"(?:{_WORD}\b[\s.:\-]*)+", re.IGNORECASE)
_BEHIND = re.compile(rf"(?:[\s,\-]*\([^()\d]*\)|[\s,\-]+{_WORD}\b\.?)+", re.IGNORECASE)
_OF_SPREADSHEETS = re.compile(r"""="(.*)"|'(.*)|([1-9][0-9]{5,14})[.,]0{1,2}""")
"""Ways to keep a leading zero in Excel, `="0905123456"` and `'0905123456`; and a number that was taken for an
amount."""
_BETWEEN = tuple(map(re.compile, (r"[,;|\n]", "/", r"\s-\s", r"\s{2,}")))
"""What stands between two numbers, the clearest first: a slash may also stand within one."""


def without_words(text: str) -> str:
    """A number without the words for a telephone in front of it and the remarks behind it: `tel. 0905 123 456
    (pani Nováková)` is `0905 123 456`."""
    if len(text) > MAX_RAW:
        return text
    rest = _out_of_its_cell(text.strip())
    found = _IN_FRONT.match(rest)
    rest = rest[found.end() :] if found else rest
    end = re.search(rf"{_BEHIND.pattern}$", rest, re.IGNORECASE)
    return without_extension(rest[: end.start()] if end else rest)


def _out_of_its_cell(text: str) -> str:
    found = _OF_SPREADSHEETS.fullmatch(text)
    return next(part for part in found.groups() if part is not None).strip() if found else text


def numbers_in(text: str, plan: Plan) -> tuple[str, ...]:
    """The numbers written into one field: several only if the whole reads as none and each part as one."""
    if e164_of(text, plan) is not None:
        return (text,)
    for sign in _BETWEEN:
        parts = [part.strip() for part in sign.split(text) if part.strip()]
        if len(parts) > 1 and all(e164_of(part, plan) for part in parts):
            return tuple(parts)
    return (text,)


def e164_of(text: str, plan: Plan) -> str | None:
    """What a written number is in E.164; None when it is none."""
    return normalise(without_words(text), plan).e164
