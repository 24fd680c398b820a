"""Text that somebody else chose (a caller, a CSV file), made harmless to look at. Pure.

Escaping is the templates' work; this takes out what would still do harm as text: characters that turn the
direction of a line, that cannot be seen, or that pile up over the lines above.
"""

import re
import unicodedata

NAME_LIMIT = 80
"""Characters of a name that are kept; what is cut is marked with an ellipsis."""

JOINER = "\u200d"
"""ZERO WIDTH JOINER holds emoji together; every other unseen character goes."""

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILES = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+")
_BLANKS = re.compile(r"\s+")


def plain(text: str, limit: int = NAME_LIMIT) -> str:
    """`text` in one line of at most `limit` characters, without control and direction characters and with
    at most two marks on a letter."""
    if text.isprintable() and len(text) <= limit and not _PILES.search(text):
        return text.strip()  # nearly always; a text with anything unseen in it is not printable
    seen = _BLANKS.sub(" ", "".join(filter(_is_seen, text)))
    short = _PILES.sub(r"\1", seen).strip()
    return short if len(short) <= limit else short[: limit - 1].rstrip() + "…"


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN or character == JOINER or character.isspace()
