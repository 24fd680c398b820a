"""Articles to try things with."""

from datetime import datetime
from typing import Any

from console.db.engine import Sessions
from console.knowledge.article import Article, Kind
from console.knowledge.saving import save_article
from console.scripts.actions import By

EVA, JAN = "eva@example.org", "jan@example.org"
LETTER = "Dear {{ customer.name | name }},\n\nwe are sorry that {{ late_orders[0].ref }} is late."


def article(key: str = "returns", **fields: Any) -> Article:
    """A question, unless told otherwise."""
    usual = {"kind": Kind.QUESTION, "title": "How to return goods", "text": "Within 14 days, in any shop."}
    return Article(key=key, **{**usual, **fields})


async def save(
    sessions: Sessions,
    now: datetime,
    saved: Article,
    *,
    on: int | None = None,
    by: str = EVA,
    note: str | None = None,
) -> int:
    """The number of the version that it is stored as."""
    async with sessions.begin() as session:
        return await save_article(session, saved, based_on=on, by=By(by, now, note))
