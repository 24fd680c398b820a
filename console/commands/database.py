"""`lineside db upgrade`, and the database for the other commands."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.settings import Settings

DONE = {
    schema.State.EMPTY: "The database was empty and is ready now.",
    schema.State.BEHIND: "The database is of this version now.",
    schema.State.CURRENT: "The database is of this version already: nothing to do.",
}


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("db", help="the database")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    upgrade = actions.add_parser("upgrade", help="bring the database to this version; make a backup first")
    upgrade.set_defaults(run=run)


async def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Bring the database to this version."""
    async with _engine(settings) as engine:
        print(DONE[await schema.upgrade(engine)])
    return 0


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
        await engine.dispose()
