"""Whose cookie is it: read for all who ask at the same time by one statement.

When a console of thousands of desks is started again, they all ask within a second. Who asks alone waits for
nobody.
"""

import asyncio

from console.clock import Clock
from console.db.engine import Sessions
from console.identity import sessions as logins
from console.identity.viewer import Viewer

MOST_AT_ONCE = 500
"""Cookies in one statement (PostgreSQL takes 32,767 values, SQLite as many)."""

Asked = tuple[str, asyncio.Future[Viewer | None]]


class Lookup:
    """Finds the viewer of a session cookie."""

    def __init__(self, sessions: Sessions, locale: str, clock: Clock) -> None:
        self._sessions = sessions
        self._locale = locale
        self._clock = clock
        self._waiting: list[Asked] = []
        self._reading: asyncio.Task[None] | None = None

    async def viewer(self, token: str) -> Viewer | None:
        """Who holds the session with this cookie; None when it is over, or its user disabled."""
        answer: asyncio.Future[Viewer | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((token, answer))
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())
        return await answer

    async def _read_all(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                viewers = await self._read({token for token, _ in asked})
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                _answer(asked, error)
            else:
                _answer(asked, viewers)
        self._reading = None

    async def _read(self, tokens: set[str]) -> dict[str, Viewer]:
        at = self._clock()
        async with self._sessions() as session:
            loaded = await logins.load(session, tokens, at, self._locale)
            if due := [token for token, each in loaded.items() if each.touch_due]:
                await logins.touch(session, due, at)
                await session.commit()
        return {token: each.viewer for token, each in loaded.items()}


def _answer(asked: list[Asked], found: dict[str, Viewer] | Exception) -> None:
    for token, answer in asked:
        if answer.done():  # whoever asked has gone
            continue
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found.get(token))
