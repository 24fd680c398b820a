"""What somebody typed into the search box, read in all the ways it may be meant. Pure."""

import re
from dataclasses import dataclass
from itertools import islice, permutations

from console.customers.folding import Words, fold, spellings_of
from console.customers.models import TAIL_DIGITS
from telephony.numbers import Number, Plan, normalise, split_country_code
from telephony.written import without_words

LONGEST = 200
"""Characters that are looked at: no name, number or reference is longer in use."""

MOST_WORDS = 6
"""Words that are looked at."""

MOST_TURNED = 3
"""So many words are looked for in any order right away; of more, the order typed counts."""

MOST_PHRASES = 8

SHORTEST_REF = 2
SHORTEST_NATIONAL = 4
"""Digits from which on a national number is found by its beginning."""
SHORTEST_WITHOUT_PLUS = 6
"""Digits from which on they may also be an international number without its plus."""
MOST_DIGITS = 15
"""Digits of a number in E.164."""

_NUMBER = re.compile(r"[\d\s+()./\-\u2010-\u2015]+")
_NOT_DIGITS = re.compile(r"\D")
_NOT_DIALLED = re.compile(r"[^0-9+]")
_ABROAD = re.compile(rf"(\+|00)?([1-9][0-9]{{,{MOST_DIGITS - 1}}})")


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. Each part that cannot be meant is empty.

    `spellings` are the words of names in each of their spellings, `phrases` what a key may begin with;
    `numbers` is what a number in E.164 may begin with, `twin` its other form, `digits` how one may end;
    `refs` is what a reference may begin with.
    """

    text: str
    spellings: tuple[Words, ...]
    phrases: tuple[str, ...]
    email: str
    numbers: tuple[str, ...]
    twin: str
    digits: str
    refs: tuple[str, ...]

    @property
    def words(self) -> Words:
        """The words as they are spelled most plainly."""
        return self.spellings[0] if self.spellings else ()

    @property
    def tail(self) -> str:
        """The last digits by which numbers are looked up."""
        return self.digits[-TAIL_DIGITS:]

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.phrases or self.email or self.refs)


def read(typed: str, region: str) -> Question:
    """What `typed` may mean, national numbers read as dialled in `region`."""
    text = " ".join(typed.replace("\0", "")[:LONGEST].split())
    names = () if "@" in text else spellings_of(text)
    spellings = tuple(words for each in names if (words := each[:MOST_WORDS]))
    dialled = without_words(text)
    digits = _NOT_DIGITS.sub("", dialled) if _NUMBER.fullmatch(dialled) else ""
    number = normalise(dialled, Plan(region)) if dialled else None
    return Question(
        text=text,
        spellings=spellings,
        phrases=_phrases(spellings),
        email="" if " " in text or fold(text).isalnum() else fold(text),
        numbers=tuple(sorted(_national(number) | _international(dialled))) if number else (),
        twin=(number.twin or "") if number else "",
        digits=digits.lstrip("0") if len(digits.lstrip("0")) >= TAIL_DIGITS else "",
        refs=tuple(dict.fromkeys((text, text.upper(), text.lower()))) if len(text) >= SHORTEST_REF else (),
    )


def _phrases(spellings: tuple[Words, ...]) -> tuple[str, ...]:
    """Only the last word of a phrase may be unfinished, so each word has its turn to stand there."""
    ordered = (
        order
        for words in spellings
        for order in (permutations(words) if len(words) <= MOST_TURNED else [words])
    )
    return tuple(islice(dict.fromkeys(map(" ".join, ordered)), MOST_PHRASES))


def _national(number: Number) -> set[str]:
    """As long as a national number is not all there, its leading zero may be taken for a part of it."""
    begun = {number.e164} if number.e164 else set()
    if number.country_code is not None and len(number.national) >= SHORTEST_NATIONAL:
        begun |= _with_code(str(number.country_code), number.national)
    return begun


def _international(dialled: str) -> set[str]:
    """What begins with a country code is found from the first digit behind it on."""
    found = _ABROAD.fullmatch(_NOT_DIALLED.sub("", dialled)) if _NUMBER.fullmatch(dialled) else None
    if found is None or not (found[1] or len(found[2]) >= SHORTEST_WITHOUT_PLUS):
        return set()
    return _with_code(*split_country_code(found[2]))


def _with_code(code: str, national: str) -> set[str]:
    return {f"+{code}{digits}" for digits in (national, national.lstrip("0")) if digits}
