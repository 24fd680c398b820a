"""Finds customers while somebody types: by name, company, number, e-mail, order, case or their reference."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.folding import Words, fold, spellings_of, words_of
from console.profile.search_question import Question, read
from console.profile.search_statement import PLAIN_PLAN, Kind, Statement

SHOWN = 10

KINDS = tuple(Kind)

SAID = frozenset({Kind.NUMBER, Kind.EMAIL, Kind.ORDER, Kind.CASE, Kind.MERGED})
"""Kinds of which it is told what matched: the others stand on each result anyhow."""

Hit = Row[Any]
"""A row of the statement."""


@dataclass(frozen=True, slots=True)
class Found:
    """A customer, and what of theirs matched: `matched` is the number, e-mail, order, case, or the reference
    of who was merged into them."""

    kind: Kind
    matched: str
    ref: str
    name: str
    company: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The best matches first; `more` says that there are others."""

    found: tuple[Found, ...] = ()
    more: bool = False


class Fit(IntEnum):
    """How well something matches what was typed."""

    EQUAL = 0
    WHOLE_WORDS = 1
    BEGINS = 2


async def find(session: AsyncSession, typed: str, region: str) -> Answer:
    """Who is meant by `typed`, national numbers read as dialled in `region`."""
    return await search(session, read(typed, region))


async def search(session: AsyncSession, question: Question) -> Answer:
    """Who is meant. Reads a bounded number of rows, however many customers there are."""
    if not question:
        return Answer()
    statement = Statement(question)
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(PLAIN_PLAN))
    hits = (await session.execute(text(statement.sql), statement.values)).all()
    best = _best(question, hits)
    return Answer(tuple(map(_found, best[:SHOWN])), more=len(best) > SHOWN)


def _best(question: Question, hits: Iterable[Hit]) -> list[Hit]:
    """The best hit of each customer, the best first."""
    ranked = [(rank, hit) for hit in hits if (rank := _rank(question, hit)) is not None]
    ranked.sort(key=lambda pair: pair[0])
    best: dict[int, Hit] = {}
    for _, hit in ranked:
        best.setdefault(hit.id, hit)
    return list(best.values())


def _rank(question: Question, hit: Hit) -> tuple[Any, ...] | None:
    """Less is better; None for no match after all."""
    kind = _kind(hit)
    fit = _fit(question, kind, hit)
    if fit is None:
        return None
    written = " ".join(words_of(hit.name))
    inside = not written.startswith(" ".join(question.words))
    return fit, KINDS.index(kind), inside, written, hit.ref


def _kind(hit: Hit) -> Kind:
    """Also names are looked for where the e-mails are, and no name's key has an @."""
    return Kind.EMAIL if hit.kind == Kind.NAME and "@" in hit.matched else Kind(hit.kind)


def _fit(question: Question, kind: Kind, hit: Hit) -> Fit | None:
    if kind is Kind.COLLEAGUE:
        return _fit_of_words(question, _words(hit.name) | _words(hit.company))
    if kind in {Kind.NAME, Kind.COMPANY}:
        return _fit_of_words(question, hit.matched.split())
    if kind is Kind.NUMBER:
        return Fit.EQUAL if hit.matched in {*question.numbers, question.twin} else Fit.BEGINS
    return Fit.EQUAL if fold(hit.matched) == fold(question.text) else Fit.BEGINS


def _fit_of_words(question: Question, words: Collection[str]) -> Fit | None:
    """How well a name matches, in the best of the spellings."""
    fits = (_fit_of_spelling(typed, words) for typed in question.spellings)
    return min((fit for fit in fits if fit is not None), default=None)


def _fit_of_spelling(typed: Words, words: Collection[str]) -> Fit | None:
    if set(typed) <= set(words):
        return Fit.EQUAL if len(set(words)) == len(set(typed)) else Fit.WHOLE_WORDS
    begun = all(any(word.startswith(each) for word in words) for each in typed)
    return Fit.BEGINS if begun else None


def _words(name: str) -> set[str]:
    return {word for words in spellings_of(name) for word in words}


def _found(hit: Hit) -> Found:
    kind = _kind(hit)
    matched = hit.email if kind is Kind.EMAIL else hit.matched
    return Found(kind, matched if kind in SAID else "", hit.ref, hit.name, hit.company)
