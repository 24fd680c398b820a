"""A plain AMI client: every frame becomes a dict, every event is handed on."""

import asyncio
from collections.abc import Awaitable, Callable

Handler = Callable[[dict[str, str]], Awaitable[None]]


class AmiConnection(asyncio.Protocol):
    """Logs in and hands on events, each in a task of its own."""

    def __init__(self, on_event: Handler) -> None:
        self._on_event = on_event
        self._buffer = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.Transport | None = None

    async def connect(self, host: str, port: int, user: str, secret: str) -> None:
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: self, host, port)
        self._transport = transport
        self.send({"Action": "Login", "Username": user, "Secret": secret, "ActionID": "1"})

    def send(self, action: dict[str, str]) -> None:
        assert self._transport is not None
        lines = [f"{key}: {value}" for key, value in action.items()]
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data.decode("utf-8", "replace")
        while "\r\n\r\n" in self._buffer:
            frame, self._buffer = self._buffer.split("\r\n\r\n", 1)
            message = self.parse(frame)
            if "Event" in message:
                task = asyncio.get_running_loop().create_task(self._handle(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    @staticmethod
    def parse(frame: str) -> dict[str, str]:
        message: dict[str, str] = {}
        for line in frame.split("\r\n"):
            if ":" in line:
                key, value = line.split(":", 1)
                message[key.strip()] = value.strip()
        return message

    async def _handle(self, message: dict[str, str]) -> None:
        await self._on_event(message)
