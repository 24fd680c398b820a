"""The one SQL statement of a search, the same on both databases. Each part of it walks an index from where
what was typed begins, and stops after a bounded number of rows.

A row is a hit: `kind`, `matched` (the key, number or reference that matched), and the customer it belongs to.
"""

from collections.abc import Iterator
from enum import StrEnum

from console.customers.folding import Words
from console.profile.search_question import Question

LISTED = 30
"""Hits of one kind that are read; the best of all are shown."""

LOOKED_AT = 2_000
"""Customers with one of the words who are looked at for the others, where no index finds all at once: when
two words are unfinished, or stand apart in a name of four words or more."""

COMPANIES = 20
"""Companies with a word that are looked at."""

COLLEAGUES = 500
"""People of these companies who are looked at for the other words."""

LAST = "\U0010ffff"
"""Sorts behind every character."""


class Kind(StrEnum):
    """What of a customer matched. Of hits that are equally good, they are listed in this order."""

    NAME = "name"
    NUMBER = "number"
    EMAIL = "email"
    ORDER = "order"
    CASE = "case"
    REF = "ref"
    MERGED = "merged"  # the reference of a customer who was merged into this one
    COLLEAGUE = "colleague"  # words of the person's name, and of the company's
    COMPANY = "company"


MOST_DRIVERS = 3
"""Words of which each is taken for the company's in turn."""

REFS = {
    Kind.REF: ("customers", "id"),
    Kind.ORDER: ("purchases", "customer_id"),
    Kind.CASE: ("cases", "customer_id"),
    Kind.MERGED: ("merges", "kept_id"),
}

PLANNER = ("seqscan", "bitmapscan", "hashjoin", "mergejoin")
PLAIN_PLAN = "SELECT set_config('jit', 'off', true), " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in PLANNER
)
"""For PostgreSQL, in the same transaction before: its planner does not know how few rows the parts give, and
would rather read a whole table once than a few rows of it by their keys."""

# CROSS JOIN: the planner of SQLite keeps the order, and does not walk through all customers.
_HITS = """
SELECT h.kind, h.matched, c.id, c.ref, c.name, c.email,
       (SELECT o.name FROM companies o WHERE o.id = c.company_id) AS company
FROM ({parts}
) AS h CROSS JOIN customers c
WHERE c.id = h.customer_id"""

_PART = """
  SELECT '{kind}' AS kind, matched, customer_id FROM ({hits}) AS hits"""

_CUSTOMERS = (
    "SELECT key AS matched, customer_id FROM customer_search_keys"
    " WHERE {begins} ORDER BY key, customer_id LIMIT {most}"
)
_PEOPLE = (
    "SELECT k.key AS matched, p.id AS customer_id FROM ("
    "SELECT key, company_id FROM company_search_keys"
    " WHERE {begins} ORDER BY key, company_id LIMIT {companies}"
    ") AS k CROSS JOIN customers p WHERE p.company_id = k.company_id LIMIT {most}"
)
_COLLEAGUES = (
    "SELECT matched, customer_id FROM ({people}) AS p WHERE EXISTS ("
    "SELECT 1 FROM customer_search_keys w WHERE w.customer_id = p.customer_id AND ({called})"
    ") LIMIT {most}"
)
_APART = "SELECT matched, customer_id FROM ({among}) AS k WHERE {others} LIMIT {most}"
_NUMBERS = "SELECT e164 AS matched, customer_id FROM phone_numbers WHERE {which} LIMIT {most}"
_REFS = "SELECT ref AS matched, {owner} AS customer_id FROM {table} WHERE {begins} ORDER BY ref LIMIT {most}"


class Statement:
    """The statement for a question: `sql`, with parameters, and their `values`."""

    def __init__(self, question: Question) -> None:
        self.values: dict[str, str] = {}
        self._names: dict[str, str] = {}
        parts = (*self._people(question), *self._numbers(question), *self._refs(question))
        self.sql = _HITS.format(
            parts="\n  UNION ALL".join(_PART.format(kind=kind, hits=hits) for kind, hits in parts)
        )

    def _people(self, question: Question) -> Iterator[tuple[Kind, str]]:
        for phrase in question.phrases:
            yield Kind.NAME, self._customers(phrase, LISTED)
        if question.email:
            yield Kind.EMAIL, self._customers(question.email, LISTED)
        for words in question.spellings:
            yield Kind.COMPANY, self._people_of(" ".join(words), LISTED)
            if len(words) > 1:
                yield Kind.NAME, self._apart(words)
                for word in sorted(words, key=len, reverse=True)[:MOST_DRIVERS]:
                    yield Kind.COLLEAGUE, self._colleagues(word, words)

    def _customers(self, phrase: str, most: int) -> str:
        return _CUSTOMERS.format(begins=self._begins("key", phrase), most=most)

    def _apart(self, words: Words) -> str:
        """Names with all the words, wherever they stand, among those with the longest."""
        longest = max(words, key=len)
        wanted = (self._bind(f"% {word}%") for word in words if word != longest)
        others = " AND ".join(f"' ' || matched LIKE {name}" for name in wanted) or "1 = 1"
        return _APART.format(among=self._customers(longest, LOOKED_AT), others=others, most=LISTED)

    def _people_of(self, phrase: str, most: int) -> str:
        begins = self._begins("key", phrase)
        return _PEOPLE.format(begins=begins, companies=COMPANIES, most=most)

    def _colleagues(self, word: str, words: Words) -> str:
        """People of companies with the word who are called one of the other words."""
        called = " OR ".join(self._begins("w.key", other) for other in words if other != word)
        people = self._people_of(word, COLLEAGUES)
        return _COLLEAGUES.format(people=people, called=called or "1 = 1", most=LISTED)

    def _numbers(self, question: Question) -> Iterator[tuple[Kind, str]]:
        which = [f"{self._begins('e164', number)} ORDER BY e164" for number in question.numbers]
        if question.twin:
            which.append(f"e164 = {self._bind(question.twin)}")
        if question.digits:
            ends = f"e164 LIKE {self._bind(f'%{question.digits}')}"
            which.append(f"tail = {self._bind(question.tail)} AND {ends}")
        for each in which:
            yield Kind.NUMBER, _NUMBERS.format(which=each, most=LISTED)

    def _refs(self, question: Question) -> Iterator[tuple[Kind, str]]:
        for kind, (table, owner) in REFS.items():
            for ref in question.refs:
                begins = self._begins("ref", ref)
                yield kind, _REFS.format(table=table, owner=owner, begins=begins, most=LISTED)

    def _begins(self, column: str, text: str) -> str:
        return f"{column} >= {self._bind(text)} AND {column} < {self._bind(text + LAST)}"

    def _bind(self, value: str) -> str:
        """A parameter for the value, the same one each time."""
        name = self._names.setdefault(value, f"v{len(self._names)}")
        self.values[name] = value
        return f":{name}"
