"""One action on Asterisk's manager interface, as some other client would ask for it."""

import socket
from io import BufferedRWPair

from tests.pbx.asterisk import Asterisk

ANSWER_LIMIT_S = 10.0


class RefusedError(Exception):
    """Asterisk did not do what it was asked for; says why."""


def act(asterisk: Asterisk, action: str, **headers: str) -> None:
    """Log in, ask for the action, and log off when it was granted. Raises RefusedError when it was not."""
    address = ("127.0.0.1", asterisk.ports.ami)
    with (
        socket.create_connection(address, ANSWER_LIMIT_S) as connection,
        connection.makefile("rwb") as stream,
    ):
        stream.readline()  # the banner
        _ask(stream, "Login", Username=asterisk.user, Secret=asterisk.secret, Events="off")
        _ask(stream, action, **headers)


def _ask(stream: BufferedRWPair, action: str, **headers: str) -> None:
    lines = [f"{name}: {value}" for name, value in {"Action": action, **headers}.items()]
    stream.write("\r\n".join([*lines, "", ""]).encode())
    stream.flush()
    answer = _answer(stream)
    if b"Response: Success" not in answer:
        raise RefusedError(f"{action} {headers}: {answer}")


def _answer(stream: BufferedRWPair) -> list[bytes]:
    """The next message that is an answer."""
    while True:
        lines = list(iter(lambda: stream.readline().rstrip(b"\r\n"), b""))
        if not lines:
            raise RefusedError("Asterisk closed the connection")
        if lines[0].startswith(b"Response:"):
            return lines
