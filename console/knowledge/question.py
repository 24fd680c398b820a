"""What was typed, as the databases are asked for it. Pure.

Every word counts as the beginning of a word. First comes what has all of them in its title, then what has
them in its title and keywords, then what has them anywhere. Words are letters and digits only, so nothing
that is typed can be read as an operator.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from console.customers.folding import words_of

MOST_WORDS = 12
"""Words of a question that are looked for; those behind them are left out."""

LONGEST_WORD = 60
"""Letters of a word that count, in what is typed and in what is kept."""


class Place(Enum):
    """Where words are looked for: the columns of SQLite's index, the weights of PostgreSQL's."""

    TITLE = ("title", "A")
    HEAD = ("title keywords", "AB")
    ANYWHERE = ("title keywords body", "ABCD")


@dataclass(frozen=True, slots=True)
class Question:
    """The folded words that were typed, each once; none: nothing is asked."""

    words: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words)


def read(typed: str) -> Question:
    """What is asked by a text that somebody is typing."""
    return Question(tuple(dict.fromkeys(cut(words_of(typed))))[:MOST_WORDS])


def cut(words: Iterable[str]) -> Iterable[str]:
    """Words as the index keeps them."""
    return (word[:LONGEST_WORD] for word in words)


def for_sqlite(question: Question, place: Place, *, every: bool = True) -> str:
    """What FTS5 is asked for articles with every word (or any) at that place."""
    columns, _weights = place.value
    wanted = (" AND " if every else " OR ").join(f'"{word}" *' for word in question.words)
    return f"{{{columns}}} : ({wanted})"


def for_postgresql(question: Question, place: Place, *, every: bool = True) -> str:
    """What is cast to a tsquery for articles with every word (or any) at that place."""
    _columns, weights = place.value
    return (" & " if every else " | ").join(f"'{word}':*{weights}" for word in question.words)
