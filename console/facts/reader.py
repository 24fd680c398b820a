"""Reads everything about a call's customer, in one statement on a held connection."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from console.db.hot import Hot, HotValue, open_hot
from console.errors import NotFoundError
from console.facts.rows import Rows, parse
from console.facts.statement import DAY_WINDOWS, by_number, by_ref, tail
from telephony.numbers import Number, NumberKind

NO_NUMBER = Number("", NumberKind.UNUSABLE, None, None, ("No number was given.",))
"""Stands for the number where a customer was named instead."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class FactReader:
    """Reads the rows of one call; any number of calls at the same time."""

    def __init__(self, hot: Hot) -> None:
        self._hot = hot

    @property
    def statements(self) -> int:
        """How many statements have been run so far."""
        return self._hot.statements

    async def read(self, number: Number, at: datetime, call: str = "") -> Rows:
        """Who has the number, and all about them when exactly one has. `call` is the call that is being
        told about, so that it does not count as an earlier one. A withheld number is not looked up."""
        if number.kind is NumberKind.WITHHELD:
            return Rows(number, chosen=False)
        weak = None if number.kind is NumberKind.EXTENSION else tail(number.national)
        found: dict[str, HotValue] = {"e164": number.e164, "twin": number.twin, "tail": weak}
        columns = await self._hot.row(by_number(self._hot.dialect), found | _moments(at, call))
        return parse(columns, number)

    async def read_customer(self, ref: str, at: datetime, call: str = "", number: Number = NO_NUMBER) -> Rows:
        """All about the customer who was chosen, whoever has the number; of one who was merged, all about the
        one that was kept. Raises NotFoundError."""
        values: dict[str, HotValue] = {"ref": ref}
        columns = await self._hot.row(by_ref(self._hot.dialect), values | _moments(at, call))
        rows = parse(columns, number, chosen=True)
        if rows.customer is None:
            raise NotFoundError(f"There is no customer {ref}.")
        return rows

    async def warm(self) -> None:
        """Connect and prepare on every held connection, before the first call."""
        nobody = Number("", NumberKind.UNUSABLE, None, None, ())
        await asyncio.gather(*(self.read(nobody, _LONG_AGO) for _ in range(self._hot.connections)))


@contextlib.asynccontextmanager
async def open_fact_reader(database_url: str) -> AsyncIterator[FactReader]:
    """A warm reader on the database (its tables must exist), closed at the end."""
    async with open_hot(database_url) as hot:
        reader = FactReader(hot)
        await reader.warm()
        yield reader


def _moments(at: datetime, call: str) -> dict[str, HotValue]:
    values: dict[str, HotValue] = {f"since_{days}": at - timedelta(days=days) for days in DAY_WINDOWS}
    return values | {"at": at, "call": call}
