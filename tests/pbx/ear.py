"""An ear on Asterisk's manager interface that owes nothing to the product: it proves the rig itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.pbx.asterisk import Asterisk

Frame = dict[str, str]
"""The headers of one message; of a repeated header the last."""

HEAR_LIMIT_S = 15.0

LISTS = {"Status": "StatusComplete", "QueueStatus": "QueueStatusComplete"}
"""What the product asks for at a resync, with the event that ends each list."""


class Ear:
    """Logged in; keeps every event heard, in order, and all bytes received, byte for byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard: list[Frame] = []
        self.received = bytearray()
        self._reader = reader
        self._writer = writer
        self._news = asyncio.Condition()

    async def log_in(self, user: str, secret: str) -> None:
        """Greet; what Asterisk answers is heard by `listen`."""
        await self._line()  # the banner
        self.ask("Login", Username=user, Secret=secret)

    def ask(self, action: str, **headers: str) -> None:
        """Send an action; what Asterisk answers is heard like everything else."""
        lines = [f"{name}: {value}" for name, value in {"Action": action, **headers}.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())

    async def resync(self) -> None:
        """Ask for the lists that tell what is alive, one after the other; return when they were heard."""
        for action, end in LISTS.items():
            times = len(self.all(end)) + 1
            self.ask(action, ActionID=f"{action}-{times}")
            await self.hears(end, times)

    async def listen(self) -> None:
        """Collect frames until the connection ends."""
        while not self._reader.at_eof():
            frame = await self._read_frame()
            async with self._news:
                self.heard.append(frame)
                self._news.notify_all()

    async def _read_frame(self) -> Frame:
        frame: Frame = {}
        while line := (await self._line()).decode(errors="replace").rstrip("\r\n"):
            key, _, value = line.partition(": ")
            frame[key] = value
        return frame

    async def _line(self) -> bytes:
        line = await self._reader.readline()
        self.received += line
        return line

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
    ear = Ear(reader, writer)
    await ear.log_in(asterisk.user, asterisk.secret)
    task = asyncio.create_task(ear.listen())
    try:
        await ear.hears("FullyBooted")
        yield ear
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        writer.close()
