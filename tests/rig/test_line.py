"""The line that tests cut carries, breaks and goes silent as it says."""

import socket
from collections.abc import Iterator

import pytest

from tests.rig.line import Line, line_to

LIMIT_S = 5.0


@pytest.fixture
def far_end() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT_S)
        yield server


@pytest.fixture
def line(far_end: socket.socket) -> Iterator[Line]:
    with line_to(far_end.getsockname()[1]) as running:
        yield running


def connected(line: Line, far_end: socket.socket) -> tuple[socket.socket, socket.socket]:
    near = socket.create_connection(("127.0.0.1", line.port), LIMIT_S)
    far, _ = far_end.accept()
    far.settimeout(LIMIT_S)
    return near, far


def test_it_carries_both_ways(line: Line, far_end: socket.socket) -> None:
    near, far = connected(line, far_end)
    with near, far:
        near.sendall(b"there")
        assert far.recv(9) == b"there"
        far.sendall(b"back")
        assert near.recv(9) == b"back"


def test_cut_breaks_what_is_open_and_refuses_what_is_new_until_mended(
    line: Line, far_end: socket.socket
) -> None:
    near, far = connected(line, far_end)
    with near, far:
        line.cut()
        assert near.recv(9) == b""
        assert far.recv(9) == b""
    with socket.create_connection(("127.0.0.1", line.port), LIMIT_S) as refused:
        assert refused.recv(9) == b""
    line.mend()
    near, far = connected(line, far_end)
    near.close()
    far.close()


def test_frozen_it_loses_what_is_sent_and_says_nothing(line: Line, far_end: socket.socket) -> None:
    near, far = connected(line, far_end)
    with near, far:
        line.freeze()
        near.sendall(b"lost")
        far.settimeout(0.2)
        with pytest.raises(TimeoutError):
            far.recv(9)
        line.mend()
        assert near.recv(9) == b""
