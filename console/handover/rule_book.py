"""The rules in force, kept in memory; `refresh` swaps them whole."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from console.handover.rule_document import read_rules
from console.handover.rule_sets import SETS
from console.handover.rules import Rules


class RuleBook:
    """What a process knows of the rules."""

    def __init__(self) -> None:
        self.rules = Rules()

    async def refresh(self, session: AsyncSession) -> None:
        """Read the rules in force anew."""
        newest = await SETS.newest(session)
        self.rules = await asyncio.to_thread(lambda: Rules(read_rules({"rules": newest.rules})))
