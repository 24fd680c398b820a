"""An ear on Asterisk's manager interface that owes nothing to the product: it proves the rig itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.pbx.asterisk import Asterisk

Frame = dict[str, str]
"""The headers of one message; of a repeated header the last."""

HEAR_LIMIT_S = 15.0


class Ear:
    """Logged in; keeps every event heard, in order."""

    def __init__(self) -> None:
        self.heard: list[Frame] = []
        self._news = asyncio.Condition()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Collect frames until the connection ends."""
        while frame := await _read_frame(reader):
            async with self._news:
                self.heard.append(frame)
                self._news.notify_all()

    def all(self, event: str, **headers: str) -> list[Frame]:
        """The events of this name heard so far that carry all `headers`."""
        wanted = {"Event": event, **headers}
        return [frame for frame in self.heard if wanted.items() <= frame.items()]

    async def hears(self, event: str, times: int = 1, **headers: str) -> Frame:
        """Return the first (or `times`th) such event as soon as it is heard."""
        try:
            async with asyncio.timeout(HEAR_LIMIT_S), self._news:
                await self._news.wait_for(lambda: len(self.all(event, **headers)) >= times)
        except TimeoutError:
            names = [frame.get("Event") for frame in self.heard]
            raise TimeoutError(f"no {event} with {headers} within {HEAR_LIMIT_S:g} s, only {names}") from None
        return self.all(event, **headers)[times - 1]


@contextlib.asynccontextmanager
async def listening(asterisk: Asterisk) -> AsyncIterator[Ear]:
    """An ear that hears everything from now on, while the block lasts."""
    reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.ports.ami)
    ear = Ear()
    await reader.readline()  # the banner
    writer.write(f"Action: Login\r\nUsername: {asterisk.user}\r\nSecret: {asterisk.secret}\r\n\r\n".encode())
    task = asyncio.create_task(ear.listen(reader))
    try:
        await ear.hears("FullyBooted")
        yield ear
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        writer.close()


async def _read_frame(reader: asyncio.StreamReader) -> Frame:
    frame: Frame = {}
    while line := (await reader.readline()).decode(errors="replace").rstrip("\r\n"):
        key, _, value = line.partition(": ")
        frame[key] = value
    return frame
