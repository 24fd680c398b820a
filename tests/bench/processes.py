"""Server processes of a bench, each on a core of its own while the load comes from another."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 10.0
CORES = sorted(os.sched_getaffinity(0))

Process = subprocess.Popen[bytes]


def take_load_core() -> None:
    """Keep this process, the load generator, off the servers' core."""
    if len(CORES) > 1:
        os.sched_setaffinity(0, set(CORES[1:]))


@asynccontextmanager
async def server(
    *command: str, port: int | None, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """A Python program as a server on the first core, from the moment it accepts connections at `port` (None:
    from its start)."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        preexec_fn=_take_server_core,  # noqa: PLW1509 - no threads run yet
    )
    try:
        if port is not None:
            await _ready(process, port)
        yield process
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _take_server_core() -> None:
    os.sched_setaffinity(0, {CORES[0]})


async def _ready(process: Process, port: int) -> None:
    async def connects() -> bool:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}.")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    await until(connects, f"port {port}")


async def until(done: Callable[[], object], what: str, look_s: float = 0.05) -> None:
    """Wait until `done()` (a plain or an async function) is true, looking every `look_s`."""
    for _ in range(int(READY_WITHIN_S / look_s)):
        answer = done()
        if await answer if asyncio.iscoroutine(answer) else answer:
            return
        await asyncio.sleep(look_s)
    raise SystemExit(f"Waited {READY_WITHIN_S:.0f} s for {what}, in vain.")


def cpu_seconds(process: Process) -> float:
    """Processor time that the process has used so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(process: Process) -> float:
    """Memory of the process now, in MB."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
