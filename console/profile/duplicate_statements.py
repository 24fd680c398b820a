"""The SQL by which duplicates are found, the same on both databases. Each statement walks along an index, and
is bounded: see `duplicates`."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import TextClause, text


class Reason(StrEnum):
    """What customers have in common."""

    NUMBER = "number"
    EMAIL = "email"
    NAME = "name"  # and company


@dataclass(frozen=True, slots=True)
class Walk:
    """How one reason is walked along. `end` is the place behind a stretch, `last` the last place of all."""

    stretch: int
    end: TextClause
    last: TextClause
    keys: TextClause
    people: TextClause
    number: TextClause


WALKS = {
    Reason.NUMBER: Walk(
        50_000,
        text("SELECT e164 FROM phone_numbers WHERE e164 > :key ORDER BY e164 LIMIT 1 OFFSET :stretch"),
        text("SELECT max(e164) FROM phone_numbers"),
        text(
            "SELECT 0 AS company, e164 AS key FROM phone_numbers"
            " WHERE e164 > :key AND e164 <= :until AND NOT shared"
            " GROUP BY e164 HAVING min(customer_id) < max(customer_id) ORDER BY e164 LIMIT :most"
        ),
        text(
            "SELECT DISTINCT customer_id FROM phone_numbers WHERE e164 = :key AND NOT shared"
            " ORDER BY customer_id LIMIT :most"
        ),
        text("SELECT count(DISTINCT customer_id) FROM phone_numbers WHERE e164 = :key AND NOT shared"),
    ),
    Reason.EMAIL: Walk(
        20_000,
        text(
            "SELECT lower(email) FROM customers WHERE lower(email) > :key"
            " ORDER BY lower(email) LIMIT 1 OFFSET :stretch"
        ),
        text("SELECT lower(email) FROM customers WHERE lower(email) > '' ORDER BY lower(email) DESC LIMIT 1"),
        text(
            "SELECT 0 AS company, lower(email) AS key FROM customers"
            " WHERE lower(email) > :key AND lower(email) <= :until"
            " GROUP BY lower(email) HAVING count(*) > 1 ORDER BY lower(email) LIMIT :most"
        ),
        text("SELECT id FROM customers WHERE lower(email) = :key ORDER BY id LIMIT :most"),
        text("SELECT count(*) FROM customers WHERE lower(email) = :key"),
    ),
    Reason.NAME: Walk(
        5_000,
        text(
            "SELECT company_id FROM customers WHERE company_id > :company"
            " ORDER BY company_id LIMIT 1 OFFSET :stretch"
        ),
        text("SELECT max(company_id) FROM customers"),
        # CROSS JOIN: the planner of SQLite keeps the order, and does not walk through all keys.
        text(
            "SELECT c.company_id AS company, k.key AS key"
            " FROM customers c CROSS JOIN customer_search_keys k WHERE k.customer_id = c.id"
            " AND c.company_id >= :company AND c.company_id <= :until"
            " AND (c.company_id > :company OR k.key > :key) AND k.key NOT LIKE '%@%'"
            " GROUP BY c.company_id, k.key HAVING count(*) > 1 ORDER BY c.company_id, k.key LIMIT :most"
        ),
        text(
            # A company may have any number of people, a name belongs to thousands: whatever a planner thinks.
            "SELECT id FROM (SELECT k.customer_id AS id,"
            " (SELECT company_id FROM customers WHERE id = k.customer_id) AS company_id"
            " FROM customer_search_keys k WHERE k.key = :key) AS named"
            " WHERE company_id = :company ORDER BY id LIMIT :most"
        ),
        text(
            "SELECT count(*) FROM (SELECT"
            " (SELECT company_id FROM customers WHERE id = k.customer_id) AS company_id"
            " FROM customer_search_keys k WHERE k.key = :key) AS named WHERE company_id = :company"
        ),
    ),
}


OTHERS = text("""
SELECT customer_id FROM (
  SELECT o.customer_id FROM phone_numbers p JOIN phone_numbers o ON o.e164 = p.e164
  WHERE p.customer_id = :id AND NOT p.shared AND NOT o.shared AND o.customer_id <> :id LIMIT :most
) AS by_number
UNION SELECT id FROM (
  SELECT o.id FROM customers c JOIN customers o ON lower(o.email) = lower(c.email)
  WHERE c.id = :id AND c.email <> '' AND o.id <> :id LIMIT :most
) AS by_email
UNION SELECT id FROM (
  SELECT DISTINCT o.id FROM customers c CROSS JOIN customer_search_keys w
    CROSS JOIN customer_search_keys k CROSS JOIN customers o
  WHERE c.id = :id AND w.customer_id = c.id AND w.key NOT LIKE '%@%' AND k.key = w.key
    AND o.id = k.customer_id AND o.company_id = c.company_id AND o.id <> :id LIMIT :most
) AS by_name""")
