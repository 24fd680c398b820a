"""`lineside doctor`: what works, what does not, how to mend it."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from console.commands import database, doctor
from console.db.engine import create_engine
from console.settings import Link, Settings
from telephony.commands import Command, Outcome, Refused
from telephony.events import Event, LinkLost, LinkName, LinkResynced, LinkUp
from telephony.source import Capability
from tests.console.commands.conftest import Run, parse

MAIN = LinkName("main")
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class ToldSource:
    """A phone system that tells the given events and then nothing more."""

    name = MAIN
    capabilities = frozenset(Capability)
    lag_s: float | None = None

    def __init__(self, *events: Event) -> None:
        self._events = events
        self.counters: Counter[str] = Counter()

    async def events(self) -> AsyncIterator[Event]:
        for event in self._events:
            yield event
        await asyncio.Event().wait()

    async def send(self, _command: Command) -> Outcome:
        return Refused("It only tells.")

    async def close(self) -> None:
        pass


@asynccontextmanager
async def manager(reply: bytes) -> AsyncIterator[int]:
    """Something on a port that greets as Asterisk's manager does and answers the first line with `reply`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        action = await reader.readuntil(b"\r\n\r\n")
        action_id = next(
            (line for line in action.split(b"\r\n") if line.lower().startswith(b"actionid:")), b""
        )
        writer.write(b"Response: Error\r\n" + action_id + b"\r\n" + reply + b"\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def settings(empty_database_url: str) -> Settings:
    return Settings(database_url=empty_database_url)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of a moment only."""
    monkeypatch.setattr(doctor, "CONNECT_WITHIN_S", 0.05)
    monkeypatch.setattr(doctor, "RESYNC_WITHIN_S", 0.05)


async def test_a_console_that_is_set_up(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    await run(database, "db", "upgrade")
    capsys.readouterr()
    assert await run(doctor, "doctor") == 0
    told, search, bus, links = capsys.readouterr().out.splitlines()
    assert told.startswith("ok    database ")
    assert told.endswith(": of this version.")
    assert search.startswith("ok    search: ")
    assert bus.startswith("ok    bus: no LINESIDE_REDIS_URL")
    assert links.startswith("note  links: none is set")


async def test_an_empty_database_is_fine_and_left_empty(settings: Settings) -> None:
    for _ in range(2):
        finding = await doctor.check_database(settings.database_url)
        assert finding.fine
        assert "made ready at the first start" in finding.found or "made at the first start" in finding.found


async def test_a_database_of_another_version(run: Run, settings: Settings) -> None:
    await run(database, "db", "upgrade")
    engine = create_engine(settings.database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    finding = await doctor.check_database(settings.database_url)
    assert (finding.fine, finding.found) == (False, "The database is of a newer Lineside than this one.")
    assert finding.mend


async def test_an_sqlite_that_cannot_search() -> None:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.set_authorizer(lambda action, *_: int(action == sqlite3.SQLITE_CREATE_VTABLE))
        return connection

    finding = await doctor.check_search("sqlite+aiosqlite:///x.sqlite", connect)
    assert str(finding).startswith("FAIL  search: this Python's SQLite cannot search texts (not authorized).")
    assert "FTS5" in finding.mend
    assert (await doctor.check_search("postgresql+asyncpg://h/x", connect)).fine


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    finding = await doctor.check_database(f"sqlite+aiosqlite:///{tmp_path}/none/lineside.sqlite")
    assert not finding.fine
    assert finding.mend == f"mkdir -p {tmp_path}/none"


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, but long enough to look at" * 9)
    finding = await doctor.check_database(f"sqlite+aiosqlite:///{tmp_path}/notes.txt")
    assert not finding.fine
    assert "file is not a database" in finding.found


@pytest.mark.parametrize("change", [{"database": "none"}, {"username": "nobody"}, {"port": 1}])
async def test_a_server_that_does_not_let_us_in(database_url: str, change: dict[str, str]) -> None:
    url = make_url(database_url).set(password="hidden", **change)  # type: ignore[arg-type]
    if url.get_backend_name() == "sqlite":
        return  # has no server
    finding = await doctor.check_database(url.render_as_string(hide_password=False))
    assert not finding.fine
    assert "LINESIDE_DATABASE_URL" in finding.mend
    assert "hidden" not in str(finding)


@pytest.mark.real("redis")
async def test_a_bus_that_answers(redis_url: str) -> None:
    assert (await doctor.check_bus(redis_url)).fine


async def test_a_bus_that_does_not(unused_port: int) -> None:
    finding = await doctor.check_bus(f"redis://:hidden@127.0.0.1:{unused_port}/0")
    assert not finding.fine
    assert "LINESIDE_REDIS_URL" in finding.mend
    assert "hidden" not in str(finding)


@pytest.fixture
async def unused_port() -> int:
    """A port at which nobody listens."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_the_simulator_is_always_there() -> None:
    assert (await doctor.check_link(Link(scheme="sim", name="sim"))).fine


async def test_a_phone_system_that_is_not_there(unused_port: int) -> None:
    link = Link(scheme="ami", name="main", host="127.0.0.1", port=unused_port, user="u", secret="s")
    finding = await doctor.check_link(link)
    assert (finding.part, finding.fine) == ("link main", False)
    assert "host and port in LINESIDE_PBX" in finding.mend


async def test_a_wrong_password(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    async with manager(b"Message: Authentication failed") as port:
        link = Link(scheme="ami", name="main", host="127.0.0.1", port=port, user="lineside", secret="hidden")
        args = parse(doctor, "doctor")
        status = await args.run(
            args, Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite", links=(link,))
        )
    printed = capsys.readouterr().out
    assert status == 1
    assert "FAIL  link main:" in printed
    assert "refused" in printed
    assert "To mend it: write user and secret into LINESIDE_PBX as they are in manager.conf" in printed
    assert "hidden" not in printed


UP = LinkUp(link=MAIN, at=AT, version="Asterisk 22")
RESYNCED = LinkResynced(link=MAIN, at=AT, calls=frozenset(), legs=frozenset())
LOST = LinkLost(link=MAIN, at=AT, reason="The greeting is not Asterisk's.")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("events", "fine", "found"),
    [
        ([UP, RESYNCED], True, "logged in (Asterisk 22)."),
        ([UP], False, "logged in, but may not see which calls are alive."),
        ([UP, LOST], False, "logged in, but may not see which calls are alive."),
        ([LOST], False, "The greeting is not Asterisk's."),
        ([], False, "no answer within 0 s."),
    ],
)
async def test_what_a_link_tells(events: list[Event], fine: bool, found: str) -> None:
    finding = await doctor.examine("link main", ToldSource(*events))
    assert (finding.fine, finding.found) == (fine, found)
    assert bool(finding.mend) is not fine


async def test_what_the_desk_may_not_do_is_said() -> None:
    source = ToldSource(LinkUp(link=MAIN, at=AT, version="Asterisk 22"), RESYNCED)
    source.capabilities = frozenset(Capability) - {Capability.DIAL, Capability.HANG_UP}
    finding = await doctor.examine("link main", source)
    assert finding.fine
    assert (
        "Not permitted from the desk: dial, hang_up. To permit it, the user needs write = " in finding.found
    )
