"""A real Redis and a real PostgreSQL for one test run, in their own folders and on free ports."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

import asyncpg

from tests.rig.parts import present
from tests.rig.processes import free_port, leash, running, wait_for_port, wait_until

WORK_LIMIT_S = 60

TEMPORARY = tempfile.gettempdir()
"""Where folders of servers go. Read once: a test may point `tempfile` at a folder of its own, into which
another user than ours, like PostgreSQL's, cannot look."""

POSTGRES_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}
"""Speed before safety: the data lives as long as the test run."""


@contextmanager
def run_redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; yields its URL."""
    port = free_port()
    with redis_on(port, folder):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def redis_on(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis that keeps nothing, on a port that was free."""
    log = folder / "redis.log"
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    with running([*present("redis"), *options], log) as process:
        wait_for_port(process, port, log)
        yield process


def in_own_loop(work: Coroutine[None, None, None]) -> None:
    """Do `work` from code that is not async, with or without a loop running: in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result(timeout=WORK_LIMIT_S)


class PostgresServer:
    """A running PostgreSQL that trusts everybody on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str, driver: str = "postgresql+asyncpg") -> str:
        return f"{driver}://lineside@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser."""

        async def send() -> None:
            connection = await asyncpg.connect(self.url("postgres", "postgresql"))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        in_own_loop(send())

    def accepts(self) -> bool:
        try:
            self.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    @contextmanager
    def database(self, name: str, template: str = "template1") -> Iterator[str]:
        """A fresh copy of the database `template` (empty by default) while the block lasts."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.url(name)
        finally:
            self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def run_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL in a new cluster. Its programs refuse to be root, so root runs them as `postgres`."""
    binaries = Path(present("postgresql")[0]).parent
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="lineside-postgres-", dir=TEMPORARY))
    try:
        if user:
            shutil.chown(folder, user, user)
        data, log = folder / "data", folder / "postgres.log"
        initialise_cluster(binaries / "initdb", data, user)
        port = free_port()
        options = [f"--{name}={value}" for name, value in {**POSTGRES_OPTIONS, "port": str(port)}.items()]
        # SIGINT is "fast shutdown": ends the clients' connections instead of waiting for them.
        with running(
            [str(binaries / "postgres"), "-D", str(data), *options], log, user=user, stop=Signals.SIGINT
        ) as process:
            wait_for_port(process, port, log)
            server = PostgresServer(port)
            wait_until(server.accepts, "PostgreSQL taking connections")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def initialise_cluster(initdb: Path, data: Path, user: str | None) -> None:
    """Make the folder `data` of a new cluster whose superuser is `lineside`."""
    identity = [*leash(), "--reuid", user, "--regid", user, "--clear-groups"] if user else []
    options = [
        "-D",
        str(data),
        "-U",
        "lineside",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    done = subprocess.run(
        [*identity, str(initdb), *options], capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")
