"""The place in a text where the words stand that were looked for. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.customers.folding import all_words_of

WIDTH = 22
"""Words of a passage."""

BEFORE = 4
"""Words before the first one that was looked for."""

LOOKED_AT = 4_000
"""Words of a text that are looked at: no answer is longer."""

MOST_PLACES = 200
"""Words that were looked for of which the best place is chosen."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is one of the words that were looked for."""

    text: str
    hit: bool = False


def passage(text: str, words: Sequence[str]) -> list[Piece]:
    """Where as many of the folded `words` as possible stand together, the first such place; else the text's
    beginning. What was left out around it is an ellipsis."""
    found = [*_WORD.finditer(text)][:LOOKED_AT]
    if not found:
        return []
    hits = {at for at, each in enumerate(found) if _is_hit(each[0], words)}
    first = max(0, _best(found, hits, words) - BEFORE)
    last = min(first + WIDTH, len(found)) - 1
    pieces = [Piece("… ")] if first else []
    pieces += _pieces(text, found, hits, range(first, last + 1))
    end = found[last].end()
    rest = text[end:] if last + 1 == len(found) else " …"
    return [*pieces, Piece(_one_line(rest))]


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole text, with the words that were looked for."""
    found = [*_WORD.finditer(text)]
    hits = {at for at, each in enumerate(found) if _is_hit(each[0], words)}
    end = found[-1].end() if found else 0
    return [*_pieces(text, found, hits, range(len(found)), start=0), Piece(text[end:])]


def _is_hit(word: str, words: Sequence[str]) -> bool:
    return any(spelt.startswith(each) for spelt in all_words_of(word) for each in words)


def _best(found: Sequence[re.Match[str]], hits: set[int], words: Sequence[str]) -> int:
    """The first word of the place with the most different words that were looked for."""

    def different(first: int) -> int:
        near = (found[at][0] for at in range(first, min(first + WIDTH - BEFORE, len(found))) if at in hits)
        spelt = [word for each in near for word in all_words_of(each)]
        return sum(any(word.startswith(each) for word in spelt) for each in words)

    return max(sorted(hits)[:MOST_PLACES], key=different, default=0)


def _pieces(
    text: str, found: Sequence[re.Match[str]], hits: set[int], shown: range, start: int | None = None
) -> list[Piece]:
    pieces: list[Piece] = []
    end = found[shown.start].start() if found and start is None else 0
    for at in shown:
        between = _one_line(text[end : found[at].start()])
        pieces += [Piece(between), Piece(found[at][0], at in hits)]
        end = found[at].end()
    return [piece for piece in pieces if piece.text]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
