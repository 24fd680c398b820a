"""Folds text for searching: `Šťastný`, `STASTNY` and `stastny` become the same. Pure.

What is stored and what is typed go through the same folding; a text folded once more stays as it is. Some
letters are also typed as two (Đorđe as djordje, Müller as mueller): a word with one of them has two
spellings.
"""

import re
import unicodedata
from itertools import islice, product

MOST_SPELLINGS = 4
"""Of one text: two words of two spellings each are all found, and no name fills the table."""

WHOLE_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ĸ": "k",
    "ə": "e",
    "ɛ": "e",
    "ɔ": "o",
    "ɓ": "b",
    "ɗ": "d",
    "ƙ": "k",
    "ƴ": "y",
}
"""Letters that Unicode does not take apart into a letter and a mark, as people type them."""

TYPED_AS_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"}
"""The other spelling of letters that are typed as two, too."""

_WHOLE_LETTERS = str.maketrans(WHOLE_LETTERS)
_TWO = re.compile(f"[{''.join(TYPED_AS_TWO)}]")
_TYPED_AS_TWO = str.maketrans(TYPED_AS_TWO)
_APOSTROPHES = re.compile(r"['`\u00b4\u02b0-\u02ff\u2018-\u201b\u2032\uff07]")
_INITIALS = re.compile(r"(?<![^\W_])([^\W_])\.(?=[^\W_](?![^\W_]))")
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


def fold(text: str) -> str:
    """The text without case, accents and other marks: `Łódź` gives `lodz`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_WHOLE_LETTERS)
    bare = "".join(each for each in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare.casefold())


def words_of(text: str) -> Words:
    """The folded words in order: `O'Brien-Nagy s.r.o.` gives obrien, nagy, sro."""
    folded = fold(_APOSTROPHES.sub("", text))
    return tuple(_WORD.findall(_INITIALS.sub(r"\1", folded) if "." in folded else folded))


def spellings_of(text: str) -> tuple[Words, ...]:
    """The words in each of their spellings, the plain one first."""
    plain = words_of(text)
    if text.isascii():
        return (plain,)
    lower = unicodedata.normalize("NFC", text).casefold()
    if _TWO.search(lower) is None:
        return (plain,)
    each = (
        dict.fromkeys(pair) for pair in zip(plain, words_of(lower.translate(_TYPED_AS_TWO)), strict=False)
    )
    return tuple(islice(product(*each), MOST_SPELLINGS))


def all_words_of(text: str) -> Words:
    """The words in order, a word that is also typed in another way followed by that spelling."""
    plain = words_of(text)
    lower = unicodedata.normalize("NFC", text).casefold()
    if text.isascii() or _TWO.search(lower) is None:
        return plain
    other = words_of(lower.translate(_TYPED_AS_TWO))
    if len(other) != len(plain):
        return plain
    return tuple(word for pair in zip(plain, other, strict=True) for word in dict.fromkeys(pair))
