"""Stored sets of rules: each change makes the next version of all of them; every older one is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from console.db.revision import bump
from console.errors import NotFoundError
from console.web.i18n import gettext as _

Document = dict[str, Any]

MOST_RULES = 200

MOST_VERSIONS = 50
"""Versions that a page lists: the newest."""


class StoredRules:
    """The columns of a table of sets: all rules as of version `number`, of which the newest is in force. Of
    `rules`, `{"rules": [document, …]}`, nothing is changed once stored."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    author: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, as documents, in version `number` (0: there is none yet); by whom, when, and why."""

    number: int
    rules: list[Document]
    author: str = ""
    at: datetime | None = None
    note: str | None = None

    def rule(self, key: str) -> Document | None:
        """The rule with this key."""
        return next((rule for rule in self.rules if rule.get("rule") == key), None)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes rules, when, and why."""

    author: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets in one table; `revision` is the counter by which processes notice a change."""

    table: type[StoredRules]
    revision: str

    async def newest(self, session: AsyncSession) -> RuleSet:
        """The rules in force."""
        newest = select(self.table).order_by(self.table.number.desc()).limit(1)
        found = await session.scalar(newest)
        return RuleSet(0, []) if found is None else _read(found)

    async def of(self, session: AsyncSession, number: int) -> RuleSet:
        """The rules as of a version. Raises NotFoundError."""
        found = await session.get(self.table, number)
        if found is None:
            raise NotFoundError(_("There is no version %(number)s of these rules.", number=number))
        return _read(found)

    async def versions(self, session: AsyncSession) -> list[RuleSet]:
        """The versions, newest first."""
        rows = select(self.table).order_by(self.table.number.desc()).limit(MOST_VERSIONS)
        return [_read(row) for row in await session.scalars(rows)]

    async def change(
        self, session: AsyncSession, change: Callable[[RuleSet], Sequence[Document]], by: By
    ) -> int:
        """Store what `change` makes of the rules in force as the next version, in the session's transaction
        (of `db.writing.write`: of two at the same moment the second is done again). The number in force
        then."""
        newest = await self.newest(session)
        rules = list(change(newest))
        if rules == newest.rules:
            return newest.number
        row = self.table()
        row.number, row.rules = newest.number + 1, {"rules": rules}
        row.author, row.at, row.note = by.author, by.at, by.note
        session.add(row)
        await bump(session, self.revision)
        await session.flush()
        return newest.number + 1


def _read(row: StoredRules) -> RuleSet:
    return RuleSet(row.number, list(row.rules["rules"]), row.author, row.at, row.note)
