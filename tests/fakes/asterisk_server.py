"""An Asterisk manager on a real socket, scripted by the test: takes or refuses log-ins, answers questions,
plays recorded streams, goes silent, cuts.

    async with AsteriskServer() as server:
        source = AsteriskSource(name, server.host, server.port, server.user, server.secret, clock=now)
        ...
        await server.asked("QueueStatus")
        server.play(live("c01_q_answered_caller_hangup"))
"""

import asyncio
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Self, cast

from telephony.asterisk.framing import Framer
from telephony.asterisk.messages import Message, parse

Changed = Callable[[], bool]


class AsteriskServer:
    """Listens on 127.0.0.1 at a free `port`. Steered by its attributes, which may be changed at any time.

    `rows`: the rows of the lists that it answers with, by the action's name, each row without ActionID and
    blank line. `denied`: actions answered with "Permission denied". `instead`: other answers to actions of a
    name, made from the ActionID. `greeting`: the first line. `silent`: takes everything, says nothing.
    `actions`: what was asked, in order. `connections`: how often somebody connected.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        user: str = "console",
        secret: str = "open sesame",  # noqa: S107 - of a server that lives for one test
        version: str = "11.0.0",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.user = user
        self.secret = secret
        self.port = 0
        self.rows: dict[str, list[bytes]] = {"Status": [], "CoreShowChannels": [], "QueueStatus": []}
        self.denied: set[str] = set()
        self.instead: dict[str, Callable[[bytes], bytes]] = {}
        self.silent = False
        self.actions: list[Message] = []
        self.connections = 0
        self.greeting = f"Asterisk Call Manager/{version}\r\n".encode()
        self._tls = tls
        self._clients: set[asyncio.StreamWriter] = set()
        self._logged_in: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def listen(self) -> None:
        """Take connections (again, at the same port)."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Take no connections any more and cut those that there are."""
        self.cut()
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def play(self, data: bytes) -> None:
        """Send bytes, in whatever pieces the network makes of them, to everybody who is logged in."""
        for writer in self._logged_in:
            writer.write(data)

    async def played(self) -> None:
        """Wait until what was played is with the network, and no longer here."""
        await asyncio.gather(*(writer.drain() for writer in self._logged_in))

    def stop_reading(self) -> None:
        """Take in nothing any more from those who are logged in, so that what they send piles up there."""
        for writer in self._logged_in:
            cast("asyncio.Transport", writer.transport).pause_reading()

    def cut(self) -> None:
        """End all connections at once."""
        for writer in list(self._clients):
            writer.transport.abort()

    async def asked(self, name: str, times: int = 1) -> None:
        """Wait until an action of this name was received, and answered, so many times."""
        await self.until(lambda: sum(action.last("Action") == name for action in self.actions) >= times)

    async def connected(self, times: int = 1) -> None:
        """Wait until so many connections were made."""
        await self.until(lambda: self.connections >= times)

    async def until(self, condition: Changed) -> None:
        """Wait until something that is seen here is so."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), 10)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._clients.add(writer)
        self.connections += 1
        try:
            await self._notify()
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # cut, or stopped
        finally:
            self._tasks.discard(task)
            self._clients.discard(writer)
            self._logged_in.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer()
        if not self.silent:
            writer.write(self.greeting)
        while data := await reader.read(65_536):
            for _, frame in framer.feed(data):
                action = parse(frame)
                self.actions.append(action)
                if not self.silent and not self._answer(action, writer):
                    await writer.drain()
                    return
                await self._notify()

    def _answer(self, action: Message, writer: asyncio.StreamWriter) -> bool:
        """Answer; False when the connection is to end, as it does after a wrong log-in."""
        name, action_id = action.last("Action"), action.last("ActionID").encode()
        if name == "Login":
            return self._login(action, action_id, writer)
        if name in self.instead:
            writer.write(self.instead[name](action_id))
        elif name in self.denied:
            writer.write(_frame(b"Response: Error", action_id, b"Message: Permission denied"))
        elif name in self.rows:
            writer.write(self._list(name.encode(), action_id, self.rows[name]))
        elif name == "ListCommands":
            writer.write(_frame(b"Response: Success", action_id))
        elif name == "Ping":
            writer.write(_frame(b"Response: Success", action_id, b"Ping: Pong"))
        else:
            writer.write(_frame(b"Response: Error", action_id, b"Message: Invalid/unknown command"))
        return True

    def _login(self, action: Message, action_id: bytes, writer: asyncio.StreamWriter) -> bool:
        if (action.last("Username"), action.last("Secret")) != (self.user, self.secret):
            writer.write(_frame(b"Response: Error", action_id, b"Message: Authentication failed"))
            return False
        writer.write(_frame(b"Response: Success", action_id, b"Message: Authentication accepted"))
        self._logged_in.add(writer)
        return True

    def _list(self, name: bytes, action_id: bytes, rows: list[bytes]) -> bytes:
        start = _frame(b"Response: Success", action_id, b"EventList: start")
        body = b"".join(_frame(row, action_id) for row in rows)
        count = str(len(rows)).encode()
        end = _frame(
            b"Event: " + name + b"Complete", action_id, b"EventList: Complete", b"ListItems: " + count
        )
        return start + body + end


def _frame(first: bytes, action_id: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([first, b"ActionID: " + action_id, *lines]) + b"\r\n\r\n"
