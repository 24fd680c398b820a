"""The floor: a plain asyncio TCP echo, on the same cores and in the same run."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import cast

import uvloop

from tests.bench.pace import keep_pace
from tests.bench.processes import server
from tests.rig.processes import free_port


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


class _Asker(asyncio.Protocol):
    """Sends a payload and takes the time until all of it is back."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._asked: deque[tuple[int, float]] = deque()  # the payload's last byte, and when it was sent
        self._sent = 0
        self._back = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def all_back(self) -> bool:
        return not self._asked

    def ask(self, payload: bytes) -> None:
        self._sent += len(payload)
        self._asked.append((self._sent, perf_counter()))
        self.transport.write(payload)

    def data_received(self, data: bytes) -> None:
        self._back += len(data)
        while self._asked and self._asked[0][0] <= self._back:
            self.times.append(perf_counter() - self._asked.popleft()[1])


async def measure(port: int, payload: bytes, gaps: Sequence[float]) -> list[float]:
    """Seconds to and fro, for each payload of a paced series."""
    transport, asker = await asyncio.get_running_loop().create_connection(_Asker, "127.0.0.1", port)
    await keep_pace(gaps, lambda _index: asker.ask(payload), asker.all_back)
    transport.close()
    return asker.times


@asynccontextmanager
async def running() -> AsyncIterator[int]:
    """The echo in a process of its own; gives its port."""
    port = free_port()
    async with server("-m", "tests.bench.echo", str(port), port=port):
        yield port


async def serve(port: int) -> None:
    """Echo until stopped."""
    echo = await asyncio.get_running_loop().create_server(_Echo, "127.0.0.1", port)
    await echo.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
