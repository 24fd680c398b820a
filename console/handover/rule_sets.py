"""Stored sets of rules: each change makes the next version of all of them, so that every older one is
kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.errors import NotFoundError
from console.handover.models import HandoverRuleSet
from console.handover.rule_document import Document
from console.web.i18n import gettext as _

REVISION = "handover rules"
"""The counter by which running processes notice that rules have changed."""

MOST_VERSIONS = 50
"""Versions that a page lists: the newest."""


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


async def newest_rules(session: AsyncSession) -> RuleSet:
    """The rules in force."""
    newest = select(HandoverRuleSet).order_by(HandoverRuleSet.number.desc()).limit(1)
    found = await session.scalar(newest)
    return RuleSet(0, []) if found is None else _read(found)


async def rules_of(session: AsyncSession, number: int) -> RuleSet:
    """The rules as of a version. Raises NotFoundError."""
    found = await session.get(HandoverRuleSet, number)
    if found is None:
        raise NotFoundError(_("There is no version %(number)s of the hand-over rules.", number=number))
    return _read(found)


async def rule_versions(session: AsyncSession) -> list[RuleSet]:
    """The versions, newest first."""
    rows = select(HandoverRuleSet).order_by(HandoverRuleSet.number.desc()).limit(MOST_VERSIONS)
    return [_read(row) for row in await session.scalars(rows)]


async def change_rules(session: AsyncSession, change: Callable[[RuleSet], Sequence[Document]], by: By) -> int:
    """Store what `change` makes of the rules in force as the next version, in the session's transaction (of
    `db.writing.write`: of two at the same moment the second is done again). The number in force then."""
    newest = await newest_rules(session)
    rules = list(change(newest))
    if rules == newest.rules:
        return newest.number
    row = {"number": newest.number + 1, "rules": {"rules": rules}}
    session.add(HandoverRuleSet(**row, author=by.author, at=by.at, note=by.note))
    await bump(session, REVISION)
    await session.flush()
    return newest.number + 1


def _read(row: HandoverRuleSet) -> RuleSet:
    return RuleSet(row.number, list(row.rules["rules"]), row.author, row.at, row.note)
