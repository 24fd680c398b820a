"""Agents who write a note in each of their calls, at a human pace, hear that it is saved, and put calls away.

A page saves a note when the agent has paused for a moment (`PAUSE_MS` of static/js/notes.js), and at most so
often: what is timed is from there on, until the server has answered that it is in the database.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import accumulate
from random import Random
from time import perf_counter
from urllib.parse import quote, urlencode

from tests.bench.desks import Desk, Seat
from tests.bench.records import csrf_of

LEG = re.compile(r'data-pop=\\?"([^"\\]+)\\?"')
PAUSE_S = 0.4
"""The page waits so long after the last key."""

KEYS_A_SECOND = 5.0
"""Sixty words a minute."""

PHRASES = (
    "Order came without the second box. ",
    "Wants it by Friday, before noon. ",
    "Offered the voucher, will think about it. ",
    "Call back on the mobile, not at home. ",
)
"""What is typed between two pauses."""

THINKS_S = (0.6, 2.5)
"""How long somebody pauses between phrases."""


class Line:
    """One browser's connection for requests, kept open."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, fields: Mapping[str, str | int]) -> tuple[int, bytes]:
        """The status and the body of the answer. Requests of one line wait for each other."""
        request = request_of(self._seat, path, fields)
        async with self._turn:
            if self._streams is not None:
                with suppress(asyncio.IncompleteReadError, ConnectionError):
                    return await self._ask(*self._streams, request)
                self.close()  # servers close what rests for seconds: a browser asks again, too
            self._streams = await asyncio.open_connection("127.0.0.1", self._seat.port)
            return await self._ask(*self._streams, request)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> tuple[int, bytes]:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        return int(head[9:12]), await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


def request_of(seat: Seat, path: str, fields: Mapping[str, str | int]) -> bytes:
    """The request as it goes over the wire."""
    body = urlencode(fields).encode()
    headers = [
        ("Host", f"127.0.0.1:{seat.port}"),
        ("X-CSRF-Token", csrf_of(seat.user_id)),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", str(len(body))),
        *seat.headers,
    ]
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode() + body


class Typists:
    """Writes a note of `phrases` phrases on each pop, then puts it away. `times`: seconds until a save was
    answered."""

    def __init__(self, phrases: int) -> None:
        self.times: list[float] = []
        self.wrong: list[str] = []
        self._phrases = phrases
        self._lines: dict[int, Line] = {}
        self._notes: dict[str, asyncio.Task[None]] = {}

    def heard(self, desk: Desk, message: str, _at: float) -> None:
        """A pop is at a desk: its agent begins to write."""
        found = LEG.search(message)
        if found is not None and found[1] not in self._notes:
            self._notes[found[1]] = asyncio.ensure_future(self._write(desk.seat, found[1]))

    async def _write(self, seat: Seat, leg: str) -> None:
        random = Random(leg)  # noqa: S311 - the same notes in each run
        phrases = random.choices(PHRASES, k=self._phrases)
        version = 0
        for text in accumulate(phrases):
            await asyncio.sleep(len(phrases[0]) / KEYS_A_SECOND + PAUSE_S)
            version = await self._save(seat, leg, text, version)
            await asyncio.sleep(random.uniform(*THINKS_S))
        await self._put_away(seat, leg)

    async def _put_away(self, seat: Seat, leg: str) -> None:
        """The call is over by now, and the agent is done with it."""
        line = self._lines.setdefault(seat.user_id, Line(seat))
        status, _body = await line.post(f"/desk/pops/{quote(leg, safe='')}/done", {})
        if status != 204:
            self.wrong.append(f"{leg}: not put away: {status}")

    async def _save(self, seat: Seat, leg: str, text: str, version: int) -> int:
        line = self._lines.setdefault(seat.user_id, Line(seat))
        begun = perf_counter()
        status, body = await line.post(
            f"/desk/notes/{quote(leg, safe='')}", {"text": text, "version": version}
        )
        self.times.append(perf_counter() - begun)
        saved = json.loads(body)
        if status != 200 or saved["text"] != text or saved["conflict"]:
            self.wrong.append(f"{leg}: {status} {body!r}")
        return int(saved.get("version", version))

    async def written(self) -> int:
        """Wait until all notes are written; how many."""
        await asyncio.gather(*self._notes.values())
        return len(self._notes)

    def forget(self) -> None:
        """Start anew."""
        self.times, self._notes = [], {}

    def close(self) -> None:
        """Hang up all lines."""
        for line in self._lines.values():
            line.close()
