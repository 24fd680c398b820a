"""Who calls and all about them: number in, what is known out, in one database round trip."""

import asyncio
import logging
import sqlite3
from dataclasses import replace
from datetime import datetime

import asyncpg

from console.errors import NotFoundError
from console.facts.known import Known, gather
from console.facts.plans import number_plans
from console.facts.reader import FactReader
from console.facts.rows import Rows
from console.settings import Settings
from console.web.metrics import FAILURES
from telephony.events import Caller
from telephony.numbers import Number, NumberKind, Plan, normalise

log = logging.getLogger(__name__)

WAIT_S = 1.0
"""A pop does not wait longer for the records: without them it shows the number, and says so."""

UNREACHABLE = "The customer records cannot be reached just now: ask who is calling"


class Knowledge:
    """Knows callers by the records, as of any moment."""

    def __init__(self, reader: FactReader, settings: Settings) -> None:
        self._reader = reader
        self._zone = settings.time_zone
        self._currency = settings.currency
        self._plans = number_plans(settings)

    def plan(self, link: str) -> Plan:
        """How the numbers of a link are read."""
        return self._plans.get(link) or self._plans[""]

    async def of_call(
        self, link: str, caller: Caller, call: str, at: datetime, claimed: str | None = None
    ) -> Known:
        """Who makes this call: whoever has the number, or `claimed` by an agent's word. Without records in
        time: the number, no facts, and a word of why."""
        number = normalise(caller.number, self.plan(link), caller.withheld)
        try:
            async with asyncio.timeout(WAIT_S):
                known = await self.of_number(number, at, call)
                return await self._of_claimed(known, claimed, at, call)
        except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            FAILURES.labels("records").inc()
            log.warning("cannot read the records for call %s: %s", call, error)
            return self._without_records(number, at)

    async def _of_claimed(self, known: Known, ref: str | None, at: datetime, call: str) -> Known:
        """All about the customer who was claimed; what the number says stays as it is."""
        if ref is None or (known.customer and known.customer.ref == ref):
            return known
        number = known.identification.number
        try:
            claimed = self._gather(await self._reader.read_customer(ref, at, call, number), at)
        except NotFoundError:  # deleted meanwhile
            return known
        owed = claimed.callbacks if known.customer else (*claimed.callbacks, *known.callbacks)
        return replace(claimed, identification=known.identification, callbacks=owed)

    def of_extension(self, extension: str, at: datetime) -> Known:
        """A colleague at an extension: no customer, whatever number it may look like."""
        step = "An internal call: the number is an extension."
        number = Number(extension, NumberKind.EXTENSION, None, None, (step,))
        return self._gather(Rows(number, chosen=False), at)

    async def of_number(self, number: Number, at: datetime, call: str = "") -> Known:
        """Who has a number. Raises the database's errors."""
        return self._gather(await self._reader.read(number, at, call), at)

    async def of_customer(self, ref: str, at: datetime) -> Known:
        """The customer with this key, or the one whom it was merged into. Raises NotFoundError and the
        database's errors."""
        return self._gather(await self._reader.read_customer(ref, at), at)

    def _without_records(self, number: Number, at: datetime) -> Known:
        known = self._gather(Rows(number, chosen=False), at)
        who = replace(known.identification, why=UNREACHABLE)
        return replace(known, identification=who, facts={}, read=False)

    def _gather(self, rows: Rows, at: datetime) -> Known:
        return gather(rows, at, self._zone, self._currency)
