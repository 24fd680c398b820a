"""`POST /api/v1/customers:batch`: many customers at once, each answered for by itself."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import read_object, read_region, refuse_unknown
from console.api.record_kinds import CUSTOMERS
from console.api.record_reading import RecordReading
from console.api.record_writing import put_records
from console.db.batch import Result, Saved
from console.errors import InvalidError, Problem
from console.profile.kinds import Record
from console.web.errors import problem_list

MOST = 1_000

AT_ONCE = 20
"""So many are read and saved, in a transaction of their own, before others get a turn: calls must be
recorded and pops drawn in between."""

WORDS = {Saved.NEW: "created", Saved.CHANGED: "changed", Saved.UNCHANGED: "unchanged"}
REJECTED = "rejected"

Answer = dict[str, Any]


async def post_customers(request: Request) -> JSONResponse:
    """Save customers, each as PUT would; those with mistakes are left out, and told."""
    query, state = request.query_params, request.app.state
    refuse_unknown(query, CUSTOMERS.put_parameters)
    items = _items(await read_object(request))
    batch = _Batch(RecordReading(CUSTOMERS, state.settings, read_region(query)))
    for start in range(0, len(items), AT_ONCE):
        readable = batch.read(items[start : start + AT_ONCE], start)
        results = await put_records(state.sessions, batch.reading, list(readable.values()), state.clock())
        for place, result in zip(readable, results, strict=True):
            batch.settle(place, result)
        await asyncio.sleep(0)
    return JSONResponse({"items": [batch.answers[place] for place in range(len(items))]})


def _items(said: dict[str, Any]) -> list[Any]:
    problems = [Problem(key, "is not known; there is items") for key in said.keys() - {"items"}]
    items = said.get("items")
    if not isinstance(items, list):
        problems.append(Problem("items", "must be a list of customers"))
    elif len(items) > MOST:
        problems.append(Problem("items", f"has {len(items)} customers; send up to {MOST:,} at once"))
    if problems or not isinstance(items, list):
        raise InvalidError(problems)
    return items


class _Batch:
    """What becomes of each of many customers, by its place in the request."""

    def __init__(self, reading: RecordReading) -> None:
        self.reading = reading
        self.answers: dict[int, Answer] = {}
        self._places: dict[str, int] = {}
        self._refs: dict[int, str] = {}

    def read(self, items: list[Any], start: int) -> dict[int, Record]:
        """Those that make a record; the others are rejected on the way."""
        readable = {}
        for place, said in enumerate(items, start):
            record, problems = self._record(said, place)
            if record is None or problems:
                self._answer(place, record.ref if record else None, REJECTED, problems)
            else:
                readable[place] = record
                self._refs[place] = record.ref
        return readable

    def settle(self, place: int, result: Result) -> None:
        """Answer for a record that was to be saved."""
        if isinstance(result, Problem):
            self._answer(place, self._refs[place], REJECTED, [result])
        else:
            self._answer(place, self._refs[place], WORDS[result], [])

    def _record(self, said: Any, place: int) -> tuple[Record | None, list[Problem]]:
        if not isinstance(said, dict):
            return None, [Problem(f"items[{place}]", "must be a customer: a JSON object")]
        record, problems = self.reading.record(said, f"items[{place}].")
        first = self._places.setdefault(record.ref, place) if record.ref else place
        if first != place:
            why = f'"{record.ref}" is items[{first}] already: name each customer once'
            problems.append(Problem(f"items[{place}].ref", why))
        return record, problems

    def _answer(self, place: int, ref: str | None, result: str, problems: list[Problem]) -> None:
        self.answers[place] = {"ref": ref or None, "result": result, "errors": problem_list(problems)}
