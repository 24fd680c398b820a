"""Brings a database to the tables that this version of Lineside needs.

An empty database is made ready at the start of any process; one with data is only changed by the command
`lineside db upgrade`, so that a backup can be made first.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum, auto
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from console.errors import LinesideError, SettingError

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x4C494E45  # "LINE": keeps two starting processes from migrating at once


class SchemaError(LinesideError):
    """The database's tables do not fit this version of Lineside."""


class State(Enum):
    """How the database's tables compare with those that this version needs."""

    EMPTY = auto()
    CURRENT = auto()
    BEHIND = auto()
    AHEAD = auto()
    FOREIGN = auto()  # holds tables, but none of ours says which version they are


REFUSALS = {
    State.BEHIND: "The database is of an older Lineside: back it up, then run `lineside db upgrade`.",
    State.AHEAD: "The database is of a newer Lineside than this one: start that one, or restore the backup "
    "made before it ran `lineside db upgrade`.",
    State.FOREIGN: "The database holds tables that are not Lineside's: set LINESIDE_DATABASE_URL to an empty "
    "database, which `lineside db upgrade` then makes ready.",
}


async def state_of(engine: AsyncEngine) -> State:
    """How the tables compare with those that this version needs. Changes nothing."""
    async with engine.connect() as connection:
        return await connection.run_sync(_state)


async def ensure(engine: AsyncEngine) -> None:
    """Make an empty database ready.

    Raises SchemaError when the tables are not of this version, SettingError when none opens.
    """
    async with _opened(engine) as connection:
        state = await connection.run_sync(_state)
    if state is State.EMPTY:
        await upgrade(engine)
    elif state is not State.CURRENT:
        raise SchemaError(REFUSALS[state])


async def upgrade(engine: AsyncEngine) -> State:
    """Bring the tables to this version, all or nothing; returns what they were before.

    Raises SchemaError when they are of a newer version, or not ours, SettingError when there is no database.
    """
    async with _opened(engine) as connection:
        return await connection.run_sync(_upgrade)


@asynccontextmanager
async def _opened(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        connection = await engine.connect()
    except (SQLAlchemyError, asyncpg.PostgresError, OSError) as error:
        where = engine.url.render_as_string(hide_password=True)
        what = str(getattr(error, "orig", None) or error).split("\n", 1)[0]
        problem = f"{where} cannot be opened ({what}); `lineside doctor` says how to mend it."
        raise SettingError("LINESIDE_DATABASE_URL", problem) from error
    try:
        yield connection
    finally:
        await connection.close()


def config_for(connection: Connection) -> Config:
    """Alembic's configuration for our migrations on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> State:
    _lock(connection)
    state = _state(connection)
    if state in {State.AHEAD, State.FOREIGN}:
        raise SchemaError(REFUSALS[state])
    if state is not State.CURRENT:
        command.upgrade(config_for(connection), "head")
    connection.commit()
    return state


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    else:
        # The driver begins no transaction before a CREATE TABLE: ask for one, so a failure leaves nothing.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _state(connection: Connection) -> State:
    script = ScriptDirectory.from_config(config_for(connection))
    version = MigrationContext.configure(connection).get_current_revision()
    if version is None:
        return State.FOREIGN if inspect(connection).get_table_names() else State.EMPTY
    if version == script.get_current_head():
        return State.CURRENT
    return State.BEHIND if version in {known.revision for known in script.walk_revisions()} else State.AHEAD
