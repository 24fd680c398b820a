"""`lineside doctor`: tests database, bus and phone links, and says how to mend what does not work."""

import argparse
import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from sqlite3 import Error as SQLiteError
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from console.clock import now
from console.db import schema
from console.db.engine import close_engine, create_engine
from console.settings import Link, Settings
from telephony.asterisk.client import AsteriskSource
from telephony.events import Event, LinkLost, LinkName, LinkRefused, LinkResynced, LinkUp
from telephony.source import COMMANDED, Source

CONNECT_WITHIN_S = 10.0
"""How long a part may take to answer."""

RESYNC_WITHIN_S = 5.0
"""How long a phone system may take, once logged in, to say which calls are alive."""

WRITE = "write = call,agent,originate,reporting"
GRANTS = f"read = system,call,agent,reporting and {WRITE}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one part. `mend` says what to do when it does not work."""

    part: str
    fine: bool
    found: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{'ok  ' if self.fine else 'FAIL'}  {self.part}: {self.found}"
        return line if self.fine else f"{line}\n      To mend it: {self.mend}"


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("doctor", help="test database, bus and phone links; says how to mend each")
    parser.set_defaults(run=run)


async def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Test every part at once, print what was found, and return 1 when something does not work."""
    checks = [check_database(settings.database_url), check_search(settings.database_url)]
    checks += [check_bus(settings.redis_url)]
    checks += [check_link(link) for link in settings.links]
    findings = await asyncio.gather(*checks)
    for finding in findings:
        print(finding)
    if not settings.links:
        print("note  links: none is set, so no call comes in. Set LINESIDE_PBX, e.g. ami://user:secret@host")
    return 0 if all(finding.fine for finding in findings) else 1


def _in_memory() -> Connection:
    return sqlite3.connect(":memory:")


async def check_database(url: str) -> Finding:
    """Whether the database can be reached and has the tables of this version. Changes nothing."""
    part = f"database {make_url(url).render_as_string(hide_password=True)}"
    if missing := _missing_file(part, url):
        return missing
    engine = create_engine(url)
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            state = await schema.state_of(engine)
    except (SQLAlchemyError, asyncpg.PostgresError, OSError) as error:
        mend = "compare LINESIDE_DATABASE_URL with the server's host, port, user, password and database name."
        return Finding(part, False, f"cannot be opened ({_first_line(error)}).", mend)
    finally:
        await close_engine(engine)
    if state in schema.REFUSALS:
        found, mend = schema.REFUSALS[state].split(": ", 1)
        return Finding(part, False, f"{found}.", mend)
    empty = state is schema.State.EMPTY
    return Finding(part, True, "empty, made ready at the first start." if empty else "of this version.")


async def check_search(url: str, connect: Callable[[], Connection] = _in_memory) -> Finding:
    """Whether the database can search texts, which the articles need."""
    part = "search"
    if make_url(url).get_backend_name() != "sqlite":
        return Finding(part, True, "PostgreSQL has it built in.")
    try:
        with closing(connect()) as connection:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except SQLiteError as error:
        mend = "run it by a Python whose SQLite has FTS5, as Linux distributions have it, or use PostgreSQL."
        return Finding(part, False, f"this Python's SQLite cannot search texts ({error}).", mend)
    return Finding(part, True, "this Python's SQLite has FTS5.")


def _missing_file(part: str, url: str) -> Finding | None:
    """What to say of an SQLite file that is not there; opening it would make it."""
    parsed = make_url(url)
    file = Path(parsed.database or "")
    if parsed.get_backend_name() != "sqlite" or file.exists():
        return None
    if file.parent.is_dir():
        return Finding(part, True, "not there yet, made at the first start.")
    return Finding(part, False, f"the folder {file.parent} does not exist.", f"mkdir -p {file.parent}")


async def check_bus(url: str | None) -> Finding:
    """Whether Redis answers; without one, `serve` needs none."""
    if url is None:
        return Finding("bus", True, "no LINESIDE_REDIS_URL: one `serve` process does everything itself.")
    parts = urlsplit(url)
    part = f"bus {parts.scheme}://{parts.hostname}:{parts.port or 6379}{parts.path}"
    redis = Redis.from_url(url, socket_connect_timeout=CONNECT_WITHIN_S, socket_timeout=CONNECT_WITHIN_S)
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        mend = "see that Redis runs there, and compare LINESIDE_REDIS_URL with its host, port and password."
        return Finding(part, False, f"no answer ({_first_line(error)}).", mend)
    finally:
        await redis.aclose()
    return Finding(part, True, "answers.")


async def check_link(link: Link) -> Finding:
    """Whether the phone system lets us in and says which calls are alive."""
    part = f"link {link.name}"
    if link.scheme == "sim":
        return Finding(part, True, "the simulator, always there.")
    source = AsteriskSource(
        name=LinkName(link.name),
        host=link.host,
        port=link.port,
        user=link.user,
        secret=link.secret,
        tls=link.scheme == "amis",
        clock=now,
    )
    try:
        return await examine(part, source)
    finally:
        await source.close()


async def examine(part: str, source: Source) -> Finding:
    """What the first events of a source say about its link."""
    async with aclosing(_link_events(source)) as events:
        first = await _next(events, CONNECT_WITHIN_S)
        if isinstance(first, LinkUp):
            second = await _next(events, RESYNC_WITHIN_S)
            if isinstance(second, LinkResynced):
                return Finding(part, True, f"logged in ({first.version}).{_denied(source)}")
            mend = f"give the user in manager.conf {GRANTS}, then `manager reload`."
            return Finding(part, False, "logged in, but may not see which calls are alive.", mend)
        if isinstance(first, LinkRefused | LinkLost):
            return Finding(part, False, first.reason, _mend_link(first))
    mend = "see that LINESIDE_PBX names the AMI port (5038, or 5039 with amis://) and no firewall is between."
    return Finding(part, False, f"no answer within {CONNECT_WITHIN_S:.0f} s.", mend)


def _denied(source: Source) -> str:
    """What agents cannot do from the desk: whoever runs the phone system may want it so."""
    denied = sorted(capability.value for capability in COMMANDED - source.capabilities)
    if not denied:
        return ""
    return f" Not permitted from the desk: {', '.join(denied)}. To permit it, the user needs {WRITE}."


def _mend_link(event: LinkRefused | LinkLost) -> str:
    if isinstance(event, LinkRefused):
        return (
            "write user and secret into LINESIDE_PBX as they are in manager.conf (percent-encode / : @ ? #), "
            "and permit this machine's address there. Lineside does not try again by itself: restart it then."
        )
    return (
        "see that Asterisk runs there, that manager.conf has `enabled = yes` and a `bindaddr` that this "
        "machine reaches, and that host and port in LINESIDE_PBX are those."
    )


async def _link_events(source: Source) -> AsyncGenerator[Event, None]:
    """The events about the link itself."""
    async for event in source.events():
        if isinstance(event, LinkUp | LinkRefused | LinkLost | LinkResynced):
            yield event


async def _next(events: AsyncIterator[Event], within_s: float) -> Event | None:
    """The next event, None when it does not come in time."""
    try:
        async with asyncio.timeout(within_s):
            return await anext(events, None)
    except TimeoutError:
        return None


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
