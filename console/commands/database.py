"""`lineside db upgrade|wipe`, and the database for the other commands."""

import argparse
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from console.db import schema
from console.db.engine import Sessions, close_engine, create_engine, create_sessions
from console.db.wiping import wipe
from console.settings import Settings

DONE = {
    schema.State.EMPTY: "The database was empty and is ready now.",
    schema.State.BEHIND: "The database is of this version now.",
    schema.State.CURRENT: "The database is of this version already: nothing to do.",
}

TRACES = (
    "The database's file may still hold traces in places that nothing reads: run `lineside db wipe` in a "
    "quiet hour."
)
WIPED = "The database's files hold nothing that was deleted. (PostgreSQL sees to it by itself: VACUUM.)"
NOT_WIPED = (
    "The file could not be written anew: others write or read all the time, or the disk has no room for a "
    "second file of its size. Try again in a quiet hour."
)

Command = Callable[[Settings], Coroutine[Any, Any, int]]


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("db", help="the database")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    upgrade = actions.add_parser("upgrade", help="bring the database to this version; make a backup first")
    upgrade.set_defaults(run=run, action=_upgrade)
    wiping = actions.add_parser("wipe", help="write SQLite's file anew, without traces of what was deleted")
    wiping.set_defaults(run=run, action=_wipe)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the action that was asked for."""
    action: Command = args.action
    return await action(settings)


async def _upgrade(settings: Settings) -> int:
    async with _engine(settings) as engine:
        print(DONE[await schema.upgrade(engine)])
    return 0


async def _wipe(settings: Settings) -> int:
    async with open_database(settings) as sessions:
        wiped = await wipe(sessions, however_large=True)
    print(WIPED if wiped else NOT_WIPED)
    return 0 if wiped else 1


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Sessions]:
    """The database of the settings, ready to use, for one command. Raises as `schema.ensure` does."""
    async with _engine(settings) as engine:
        await schema.ensure(engine)
        yield create_sessions(engine)


@asynccontextmanager
async def _engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(settings.database_url)
    try:
        yield engine
    finally:
        await close_engine(engine)
