"""A TCP line that a test can cut or freeze: what a network does to a connection, without its help."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 65_536


class Line:
    """Forwards connections to 127.0.0.1:`target` from its own `port`, in threads of its own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._connects = True
        self._carries = True
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._connects = False
        self._break_all()

    def freeze(self) -> None:
        """Go silent without a word: connections stay open, and whatever is sent is lost."""
        self._carries = False

    def mend(self) -> None:
        """Carry new connections again. What was frozen never comes back to life."""
        self._break_all()
        self._connects = self._carries = True

    def close(self) -> None:
        """End it all."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target)) if self._connects else None
        except OSError:
            far = None
        if far is None:
            near.close()
            return
        self._ends += [near, far]
        if not self._connects:  # cut at this very moment
            self._break_all()
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):  # broken meanwhile
            while data := source.recv(CHUNK):
                if self._carries:
                    sink.sendall(data)
        _break(source)
        _break(sink)

    def _break_all(self) -> None:
        ends, self._ends = self._ends, []
        for end in ends:
            _break(end)


def _break(end: socket.socket) -> None:
    """Both sides notice, also a thread of ours that waits in `recv`."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line_to(target: int) -> Iterator[Line]:
    """A line to 127.0.0.1:`target` while the block lasts."""
    line = Line(target)
    try:
        yield line
    finally:
        line.close()
