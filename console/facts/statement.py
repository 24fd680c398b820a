"""The one SQL statement per call: who has the number, and all that facts and pop need of the one who has it.

Each column of its one row is a piece of JSON; `rows` names what is in them. Written once for both databases:
ARRAY, LIST and NESTED stand for the JSON functions of each.

A customer with a hundred thousand purchases must not make a call wait: what is listed is limited here, what
is counted or summed is not, except where a limit says so.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from string import Template

from console.customers.identification import MOST_CANDIDATES
from console.customers.models import TAIL_DIGITS
from console.db.hot import Dialect

SUGGESTIONS = 50
"""Numbers with the same last digits that are looked at for weak suggestions."""

NUMBERS_SHOWN = 20
ORDERS_SHOWN = 10
LATE_SHOWN = 10
CASES_SHOWN = 20
CLOSED_SHOWN = 3
"""Of the last 30 days."""

ITEMS_SHOWN = 20

LATE_COUNTED = 1_000
"""`purchases.late_open` counts up to so many."""

GAPS_FROM = 400
"""The usual gap between purchases is taken from so many of the latest."""

CATEGORIES_FROM = 1_000
"""Categories are taken from so many of the latest purchases."""

CATEGORIES_LISTED = 200

CALLBACKS_SHOWN = 3
OFFERS_SHOWN = 3
"""Of the last 90 days."""

LAST_CALLS = 50
"""Earlier calls from a number that binds nobody which are looked at for who called last."""

LATE_AMONG = 20
"""Latest purchases of each who may be calling that are looked at for a late one."""

DAY_WINDOWS = (7, 30, 90, 365)
"""The statement's parameters `since_7` and so on: that many times 24 hours before the call."""

_BY_NUMBER = """
exact AS MATERIALIZED (
  SELECT customer_id, e164, label, shared FROM phone_numbers WHERE e164 IN (:e164, :twin)
  ORDER BY shared DESC, customer_id, id LIMIT $candidates
),
nearest AS (
  SELECT customer_id, e164, label, shared FROM exact
  UNION ALL
  SELECT customer_id, e164, label, shared FROM (
    SELECT customer_id, e164, label, shared FROM phone_numbers
    WHERE tail = :tail AND NOT EXISTS (SELECT 1 FROM exact) LIMIT $suggestions
  ) AS alike
),
bound AS MATERIALIZED (
  SELECT CASE WHEN count(DISTINCT customer_id) = 1 AND max(CASE WHEN shared THEN 1 ELSE 0 END) = 0
              THEN min(customer_id) END AS id
  FROM exact
),
lately AS (
  SELECT customer_id, started_at FROM calls
  WHERE number = :e164 AND started_at < :at AND id <> :call AND direction = 'inbound'
    AND EXISTS (SELECT 1 FROM bound WHERE id IS NULL)
  ORDER BY started_at DESC LIMIT $last_calls
),
to_number AS (
  SELECT due_at, author, note FROM callbacks
  WHERE number IN (:e164, :twin) AND state = 'open' AND +customer_id IS NULL
  ORDER BY due_at LIMIT $callbacks
)"""
"""`+customer_id`: SQLite's planner is not to walk through all that was promised to numbers of nobody."""

_BY_REF = """
bound AS MATERIALIZED (
  SELECT coalesce(
    (SELECT id FROM customers WHERE ref = :ref), (SELECT kept_id FROM merges WHERE ref = :ref)
  ) AS id
),
nearest AS (SELECT id AS customer_id, '' AS e164, NULL AS label, 1 = 0 AS shared FROM bound),
lately AS (SELECT NULL AS customer_id, NULL AS started_at WHERE 1 = 0),
to_number AS (SELECT NULL AS due_at, NULL AS author, NULL AS note WHERE 1 = 0)"""

_MANY = {
    Dialect.SQLITE: "bound AS MATERIALIZED (SELECT id FROM customers WHERE id IN "
    "(SELECT value FROM json_each(:ids)))",
    Dialect.POSTGRESQL: "bound AS MATERIALIZED (SELECT id FROM customers WHERE id IN "
    "(SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)) AS value))",
}
"""`ids` is a JSON list."""

_CANDIDATES = """
SELECT LIST(ARRAY(
  c.id, c.ref, c.name, o.name, o.ref, n.e164, n.label, n.shared,
  CASE WHEN b.id IS NULL THEN (
    SELECT count(*) FROM cases WHERE customer_id = c.id AND OPEN AND opened_at <= :at
  ) END,
  CASE WHEN b.id IS NULL THEN (
    SELECT min(promised_at) FROM (
      SELECT placed_at, status, promised_at FROM purchases
      WHERE customer_id = c.id AND placed_at <= :at ORDER BY placed_at DESC LIMIT $late_among
    ) AS p WHERE PROMISE_PAST
  ) END
))
FROM nearest n CROSS JOIN customers c LEFT JOIN companies o ON o.id = c.company_id
WHERE c.id = n.customer_id"""
"""CROSS JOIN: SQLite's planner keeps its order, and does not walk through all customers."""

_LATELY = """
SELECT LIST(ARRAY(l.customer_id, l.started_at)) FROM lately AS l WHERE l.customer_id IS NOT NULL"""

_CUSTOMER = """
SELECT ARRAY(c.id, c.ref, c.name, o.ref, o.name, c.email, c.segment, c.language, c.birthday, c.customer_since,
             c.notes, NESTED(c.attributes))
FROM customers c LEFT JOIN companies o ON o.id = c.company_id WHERE c.id = BOUND"""

_NUMBERS = """
SELECT LIST(ARRAY(n.e164, n.raw, n.label, n.shared)) FROM (
  SELECT e164, raw, label, shared FROM phone_numbers WHERE customer_id = BOUND ORDER BY id LIMIT $numbers
) AS n"""

_SUMS = """
SELECT LIST(ARRAY(s.currency, s.count_30, s.count_365, s.returns_90, s.spend_30, s.spend_365)) FROM (
  SELECT currency,
    count(CASE WHEN placed_at >= :since_30 AND status <> 'cancelled' THEN 1 END) AS count_30,
    count(CASE WHEN status <> 'cancelled' THEN 1 END) AS count_365,
    count(CASE WHEN placed_at >= :since_90 AND status = 'returned' THEN 1 END) AS returns_90,
    sum(CASE WHEN placed_at >= :since_30 AND status NOT IN ('cancelled', 'returned') THEN total ELSE 0 END)
      AS spend_30,
    sum(CASE WHEN status NOT IN ('cancelled', 'returned') THEN total ELSE 0 END) AS spend_365
  FROM purchases WHERE customer_id = BOUND AND placed_at >= :since_365 AND placed_at <= :at
  GROUP BY currency
) AS s"""

_PLACED = """
SELECT LIST(p.placed_at) FROM (
  SELECT placed_at FROM purchases WHERE customer_id = BOUND AND placed_at <= :at AND status <> 'cancelled'
  ORDER BY placed_at DESC LIMIT $gaps
) AS p"""

_PROMISED = """
SELECT LIST(p.promised_at) FROM (
  SELECT promised_at FROM purchases WHERE customer_id = BOUND AND PROMISE_PAST
  ORDER BY promised_at LIMIT $late_counted
) AS p"""

_ORDERS = """
SELECT LIST(ARRAY(p.ref, p.placed_at, p.status, p.total, p.currency, p.promised_at, p.delivered_at, NESTED((
  SELECT LIST(ARRAY(i.sku, i.name, i.category, i.quantity, i.unit_price)) FROM (
    SELECT sku, name, category, quantity, unit_price FROM purchase_items
    WHERE purchase_id = p.id ORDER BY position LIMIT $items
  ) AS i
)))) FROM (
  SELECT * FROM purchases WHERE customer_id = BOUND AND CHOSEN
) AS p"""

_LATEST = _ORDERS.replace("CHOSEN", "placed_at <= :at ORDER BY placed_at DESC LIMIT $orders")

_LATE = _ORDERS.replace("CHOSEN", "PROMISE_PAST ORDER BY promised_at LIMIT $late")

_CATEGORIES = """
SELECT LIST(t.category) FROM (
  SELECT DISTINCT i.category FROM (
    SELECT id FROM purchases WHERE customer_id = BOUND AND placed_at <= :at AND status <> 'cancelled'
    ORDER BY placed_at DESC LIMIT $categories_from
  ) AS p JOIN purchase_items i ON i.purchase_id = p.id
  WHERE i.category IS NOT NULL ORDER BY i.category LIMIT $categories
) AS t"""

_CASE_SUMS = """
SELECT ARRAY(
  count(CASE WHEN OPEN THEN 1 END),
  count(CASE WHEN OPEN AND line = 1 THEN 1 END),
  count(CASE WHEN OPEN AND line = 2 THEN 1 END),
  count(CASE WHEN OPEN AND due_at < :at THEN 1 END),
  count(CASE WHEN OPEN AND reopened > 0 THEN 1 END),
  max(CASE WHEN OPEN THEN RANK END),
  min(CASE WHEN OPEN THEN opened_at END),
  max(CASE WHEN status = 'closed' AND closed_at <= :at THEN closed_at END)
) FROM cases WHERE customer_id = BOUND AND opened_at <= :at"""

_CASES = """
SELECT LIST(ARRAY(k.ref, k.subject, k.status, k.priority, k.line, k.opened_at, k.due_at, k.reopened, k.owner,
                  k.closed_at, OWNER, TOUCHED))
FROM (
  SELECT * FROM cases WHERE customer_id = BOUND AND CHOSEN
) AS k"""

_OPEN_CASES = _CASES.replace("CHOSEN", "OPEN AND opened_at <= :at ORDER BY RANK DESC, opened_at LIMIT $cases")

_CLOSED_CASES = _CASES.replace(
    "CHOSEN", "status = 'closed' AND closed_at >= :since_30 ORDER BY closed_at DESC LIMIT $closed"
)

_CALLS = """
SELECT ARRAY(
  (SELECT count(*) FROM calls WHERE EARLIER AND started_at >= :since_7),
  (SELECT count(*) FROM calls WHERE EARLIER AND started_at >= :since_30),
  (SELECT max(started_at) FROM calls WHERE EARLIER),
  (SELECT satisfaction FROM calls WHERE EARLIER AND satisfaction IS NOT NULL ORDER BY started_at DESC LIMIT 1)
)"""

_CALLBACKS = """
SELECT LIST(ARRAY(k.due_at, PROMISER, k.note)) FROM (
  SELECT due_at, author, note FROM callbacks WHERE customer_id = BOUND AND state = 'open'
  ORDER BY due_at LIMIT $callbacks
) AS k"""

_TO_NUMBER = """
SELECT LIST(ARRAY(k.due_at, PROMISER, k.note)) FROM to_number AS k"""

_OFFERS = """
SELECT LIST(ARRAY(o.what, o.answer, o.at)) FROM (
  SELECT what, answer, at FROM offers WHERE customer_id = BOUND AND at >= :since_90 AND at <= :at
  ORDER BY at DESC LIMIT $offers
) AS o"""

_COMPANY = """
SELECT ARRAY(
  (SELECT count(*) FROM customers WHERE company_id = e.company_id),
  (SELECT coalesce(sum(k.number), 0) FROM (
    SELECT (SELECT count(*) FROM cases WHERE customer_id = c.id AND OPEN AND opened_at <= :at) AS number
    FROM customers c WHERE c.company_id = e.company_id
  ) AS k)
) FROM customers e WHERE e.id = BOUND AND e.company_id IS NOT NULL"""
"""Counted for each customer: asked for all at once, PostgreSQL's planner walks through all open cases."""

_COMPANY_SUMS = """
SELECT LIST(ARRAY(s.currency, s.count_30, s.spend_365)) FROM (
  SELECT p.currency,
    count(CASE WHEN p.placed_at >= :since_30 AND p.status <> 'cancelled' THEN 1 END) AS count_30,
    sum(CASE WHEN p.status NOT IN ('cancelled', 'returned') THEN p.total ELSE 0 END) AS spend_365
  FROM customers e JOIN customers c ON c.company_id = e.company_id JOIN purchases p ON p.customer_id = c.id
  WHERE e.id = BOUND AND p.placed_at >= :since_365 AND p.placed_at <= :at
  GROUP BY p.currency
) AS s"""

COLUMNS = (
    _CANDIDATES,
    _LATELY,
    _CUSTOMER,
    _NUMBERS,
    _SUMS,
    _PLACED,
    _PROMISED,
    _LATEST,
    _LATE,
    _CATEGORIES,
    _CASE_SUMS,
    _OPEN_CASES,
    _CLOSED_CASES,
    _CALLS,
    _COMPANY,
    _COMPANY_SUMS,
    _CALLBACKS,
    _TO_NUMBER,
    _OFFERS,
)

FACTS_FROM = frozenset(
    {_CUSTOMER, _SUMS, _PLACED, _PROMISED, _LATEST, _CATEGORIES, _CASE_SUMS, _CALLS, _COMPANY, _COMPANY_SUMS}
)
"""The columns that facts of a customer are made of; the others are for people to read, or of the number."""

_SHORTHANDS = {
    "BOUND": "b.id",
    "PROMISE_PAST": "placed_at <= :at AND status IN ('placed', 'shipped') AND promised_at < :at",
    "OPEN": "status IN ('open', 'waiting')",
    "RANK": "CASE priority WHEN 'low' THEN 0 WHEN 'normal' THEN 1"
    " WHEN 'high' THEN 2 WHEN 'urgent' THEN 3 END",
    "OWNER": "coalesce((SELECT name FROM users WHERE email = k.owner), k.owner)",
    "TOUCHED": "EXISTS (SELECT 1 FROM call_cases WHERE case_id = k.id AND call_id = :call)",
    "PROMISER": "coalesce((SELECT name FROM users WHERE email = k.author), k.author)",
    "EARLIER": "customer_id = b.id AND started_at < :at AND id <> :call AND direction = 'inbound'",
}
"""Words that stand for SQL."""

_JSON = {
    Dialect.SQLITE: {"ARRAY": "json_array", "LIST": "json_group_array", "NESTED": "json"},
    Dialect.POSTGRESQL: {"ARRAY": "json_build_array", "LIST": "json_agg", "NESTED": ""},
}

_LIMITS = {
    "candidates": MOST_CANDIDATES + 1,  # one more tells that these are not all
    "suggestions": SUGGESTIONS,
    "numbers": NUMBERS_SHOWN,
    "orders": ORDERS_SHOWN,
    "late": LATE_SHOWN,
    "items": ITEMS_SHOWN,
    "cases": CASES_SHOWN,
    "closed": CLOSED_SHOWN,
    "late_counted": LATE_COUNTED,
    "gaps": GAPS_FROM,
    "categories_from": CATEGORIES_FROM,
    "categories": CATEGORIES_LISTED,
    "callbacks": CALLBACKS_SHOWN,
    "offers": OFFERS_SHOWN,
    "last_calls": LAST_CALLS,
    "late_among": LATE_AMONG,
}


def tail(national: str) -> str | None:
    """What a number ends with, to look up weak suggestions; None when too few digits are left."""
    return national[-TAIL_DIGITS:] if len(national) >= TAIL_DIGITS else None


@lru_cache
def by_number(dialect: Dialect) -> str:
    """The statement with parameters e164, twin, tail, call, at and since_7, since_30, since_90, since_365."""
    return _statement(_BY_NUMBER, dialect)


@lru_cache
def by_ref(dialect: Dialect) -> str:
    """The statement for a customer who was chosen: `ref` in place of e164, twin and tail."""
    return _statement(_BY_REF, dialect)


@lru_cache
def of_many(dialect: Dialect) -> str:
    """The statement for many customers, with parameters `ids`, call, at and the windows: a row for each that
    has the id and then the columns; those that no fact is made of are NULL."""
    columns = [f"CAST(({column}) AS TEXT)" if column in FACTS_FROM else "NULL" for column in COLUMNS]
    return _statement(_MANY[dialect], dialect, ["b.id", *columns])


def _statement(found: str, dialect: Dialect, columns: Sequence[str] = ()) -> str:
    listed = ",\n".join(columns or [f"({column})" for column in COLUMNS])
    text = Template(f"WITH {found}\nSELECT {listed}\nFROM bound AS b").substitute(_LIMITS)
    for word, sql in (_SHORTHANDS | _JSON[dialect]).items():
        text = re.sub(rf"\b{word}\b", sql, text)
    return text
