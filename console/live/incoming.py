"""Reads what a browser sends over its WebSocket: bytes in, messages out (RFC 6455 section 5). Pure."""

from collections.abc import Generator, Iterator, Sequence

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.extensions import Extension
from websockets.frames import CTRL_OPCODES, Opcode
from websockets.frames import Frame as WireFrame

MESSAGE_BYTES = 16 * 1024
"""The largest message a browser may send."""


class Incoming:
    """What one browser sends, by the `extensions` agreed on. Costs next to nothing while it says nothing."""

    __slots__ = ("_begun", "_extensions", "_rest")

    def __init__(self, extensions: Sequence[Extension] = ()) -> None:
        self._extensions = extensions
        self._rest = b""
        self._begun: WireFrame | None = None

    def receive(self, data: bytes) -> Iterator[WireFrame]:
        """The messages and the control frames that are complete with `data`. Take them all.

        Raises ProtocolError, or PayloadTooBig for a message of more than MESSAGE_BYTES.
        """
        data = self._rest + data
        at = 0
        while (found := _first(data, at, self._extensions)) is not None:
            frame, at = found
            whole = frame if frame.opcode in CTRL_OPCODES else self._put_together(frame)
            if whole.fin:
                yield whole
        self._rest = data[at:]

    def _put_together(self, frame: WireFrame) -> WireFrame:
        """The message as far as it has come: browsers may send a long one in pieces."""
        if (frame.opcode is Opcode.CONT) != (self._begun is not None):
            raise ProtocolError("a message begins in the middle of another, or nowhere")
        if self._begun is not None:
            whole = bytes(self._begun.data) + bytes(frame.data)
            if len(whole) > MESSAGE_BYTES:
                raise PayloadTooBig(len(whole), MESSAGE_BYTES)
            frame = WireFrame(self._begun.opcode, whole, frame.fin)
        self._begun = None if frame.fin else frame
        return frame


class _IncompleteError(Exception):
    """The rest of the frame has not arrived."""


def _first(data: bytes, at: int, extensions: Sequence[Extension]) -> tuple[WireFrame, int] | None:
    """The frame that begins at `at`, and where the next one does; None when it has not arrived."""

    def read(size: int) -> Generator[None, None, bytes]:
        nonlocal at
        if len(data) - at < size:
            raise _IncompleteError
        at += size
        yield from ()  # the library's parser wants a generator
        return data[at - size : at]

    parser = WireFrame.parse(read, mask=True, max_size=MESSAGE_BYTES, extensions=extensions)
    try:
        next(parser)
    except StopIteration as parsed:
        return parsed.value, at
    except _IncompleteError:
        return None
    raise AssertionError("the parser waits for what `read` never asks for")
