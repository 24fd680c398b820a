"""Programs that tests start themselves: on free ports, on a leash, ended by their own process id."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

START_LIMIT_S = 60.0
STOP_LIMIT_S = 5.0
POLL_S = 0.02


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leash() -> list[str]:
    """A command prefix with which Linux ends the program should the test run itself be killed."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def accepts(port: int) -> bool:
    """Whether somebody listens on 127.0.0.1:`port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def receives(port: int) -> bool:
    """Whether somebody receives UDP on 127.0.0.1:`port`, by the kernel's table: asking would disturb."""
    here = f"0100007F:{port:04X}"
    rows = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(row.split()[1] == here for row in rows)


def wait_until(ready: Callable[[], bool], what: str, limit_s: float = START_LIMIT_S) -> None:
    """Return as soon as `ready()` is true; fail after `limit_s`, naming `what` was awaited."""
    deadline = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit_s:g} s in vain: {what}")
        time.sleep(POLL_S)


async def until(ready: Callable[[], bool], what: str, limit_s: float = START_LIMIT_S) -> None:
    """The same for tests that are async: others go on meanwhile."""
    deadline = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit_s:g} s in vain: {what}")
        await asyncio.sleep(POLL_S)


@contextmanager
def running(
    command: list[str],
    log: Path,
    *,
    user: str | None = None,
    stop: Signals = Signals.SIGTERM,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` while the block lasts, its output in `log`; then send `stop`, and kill what stays.

    `user` runs it as another user, for programs that refuse to be root.
    """
    identity = ["--reuid", user, "--regid", user, "--clear-groups"] if user else []
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*leash(), *identity, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=env,
        )
    try:
        yield process
    finally:
        end(process, stop)


def end(process: subprocess.Popen[bytes], stop: Signals = Signals.SIGTERM) -> None:
    """End one process that we started, by force when it does not listen."""
    if process.poll() is None:
        process.send_signal(stop)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_LIMIT_S)


def wait_for_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when `process` listens on `port`; fail with the end of its log when it dies instead."""

    def listening() -> bool:
        if process.poll() is not None:
            raise RuntimeError(
                f"{process.args!r} ended with {process.returncode}:\n{log.read_text()[-2000:]}"
            )
        return accepts(port)

    wait_until(listening, f"{process.args!r} listening on {port}, its log is {log}")
