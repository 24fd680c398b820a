"""A fresh database is made ready by migrations, equals the models, and is never changed behind one's back."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from console.db import schema
from console.db.base import Base
from console.db.engine import create_engine
from console.errors import LinesideError

pytestmark = pytest.mark.slow

SEARCH = "article_search"
HEAD = ScriptDirectory(str(schema.MIGRATIONS)).get_current_head()


@pytest.fixture
async def engine(empty_database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(empty_database_url)
    yield engine
    await engine.dispose()


async def pretend(engine: AsyncEngine, version: str) -> None:
    """Make the database say that it is of `version`."""
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE alembic_version SET version_num = :version"), {"version": version}
        )


def add_migration(folder: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """As if this version of Lineside had one more migration, which does `statement`."""
    migrations = folder / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    names = "import sqlalchemy as sa\nfrom alembic import op\n"
    place = f"revision = '9001'\ndown_revision = '{HEAD}'\n"
    text = f"{names}{place}def upgrade() -> None:\n    {statement}\n"
    (migrations / "versions" / "9001_later.py").write_text(text)
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)


def is_of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """All but what articles are found by, which each database keeps in tables of its own kind."""
    return kind != "table" or not str(name).startswith(SEARCH)


@pytest.mark.filterwarnings(  # indexes on what is computed: the test below compares them
    "ignore:Skipped unsupported reflection",
    "ignore:autogenerate skipping metadata-specified expression-based",
)
async def test_an_empty_database_gets_all_tables_of_the_models(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> object:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_of_the_models}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, Base.metadata)

    await schema.ensure(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrated_tables_are_made_by_the_same_statements_as_the_models(tmp_path: Path) -> None:
    """The comparison above knows nothing of ON DELETE, names of constraints, and lengths on SQLite."""

    async def statements(engine: AsyncEngine) -> set[str]:
        query = text(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version' "
            f"AND tbl_name NOT LIKE '{SEARCH}%'"
        )
        async with engine.connect() as connection:
            made = [" ".join(row.sql.split()).removesuffix(" )") for row in await connection.execute(query)]
        return {", ".join(sorted(statement.split(", "))) for statement in made}

    migrated = create_engine(f"sqlite+aiosqlite:///{tmp_path}/migrated.sqlite")
    modelled = create_engine(f"sqlite+aiosqlite:///{tmp_path}/modelled.sqlite")
    async with modelled.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await schema.ensure(migrated)
    assert await statements(migrated) == await statements(modelled)
    await migrated.dispose()
    await modelled.dispose()


async def test_a_current_database_is_left_alone(engine: AsyncEngine) -> None:
    await schema.ensure(engine)
    await schema.ensure(engine)
    assert await schema.upgrade(engine) is schema.State.CURRENT


async def test_upgrade_says_that_the_database_was_empty(engine: AsyncEngine) -> None:
    assert await schema.upgrade(engine) is schema.State.EMPTY
    assert await schema.upgrade(engine) is schema.State.CURRENT


async def test_processes_that_start_together_do_not_trip_over_each_other(empty_database_url: str) -> None:
    engines = [create_engine(empty_database_url) for _ in range(3)]
    await asyncio.gather(*map(schema.ensure, engines))
    assert {await schema.state_of(engine) for engine in engines} == {schema.State.CURRENT}
    for engine in engines:
        await engine.dispose()


async def test_a_newer_database_is_refused(engine: AsyncEngine) -> None:
    await schema.ensure(engine)
    await pretend(engine, "9999")
    with pytest.raises(LinesideError, match="newer Lineside"):
        await schema.ensure(engine)
    with pytest.raises(LinesideError, match="newer Lineside"):
        await schema.upgrade(engine)


async def test_somebody_elses_database_is_refused(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE recipes (id INTEGER)"))
    with pytest.raises(LinesideError, match="not Lineside's"):
        await schema.ensure(engine)
    with pytest.raises(LinesideError, match="not Lineside's"):
        await schema.upgrade(engine)


async def test_an_older_database_is_refused_until_upgraded(
    engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await schema.ensure(engine)
    add_migration(tmp_path, monkeypatch, "op.create_table('later', sa.Column('id', sa.Integer))")
    with pytest.raises(LinesideError, match="older Lineside"):
        await schema.ensure(engine)
    assert await schema.upgrade(engine) is schema.State.BEHIND
    await schema.ensure(engine)


async def test_a_failing_migration_leaves_nothing_behind(
    engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(tmp_path, monkeypatch, "raise RuntimeError('the power went out')")
    with pytest.raises(RuntimeError, match="the power went out"):
        await schema.upgrade(engine)
    monkeypatch.undo()
    assert await schema.upgrade(engine) is schema.State.EMPTY


def test_every_refusal_names_the_command() -> None:
    assert all("`lineside db upgrade`" in sentence for sentence in schema.REFUSALS.values())
