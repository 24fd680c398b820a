"""Fixtures that every test may use."""

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import redis
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

import console.models  # noqa: F401  (makes every table known)
from console.db import schema
from console.db.engine import Sessions, close_engine, create_engine, create_sessions
from tests.fakes.compiled import compile_once
from tests.rig.servers import PostgresServer, in_own_loop, run_postgres, run_redis

pytest_plugins = ["pytester", "tests.rig.plugin", "tests.pbx.fixtures", "tests.browser.fixtures"]

settings.register_profile("usual", deadline=None)  # a busy machine takes its time
settings.register_profile("quick", settings.get_profile("usual"), max_examples=25)
settings.load_profile("usual")

compile_once()

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""The moment at which tests play: a Saturday noon in UTC."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Redis of this run; mark the test `real("redis")`."""
    with run_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of a real Redis, its database empty; mark the test `real("redis")`."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL of this run; mark the test `real("postgresql")`."""
    with run_postgres() as server:
        yield server


class FileOfTest:
    """Where the SQLite database of the test at hand is."""

    path = ""


FILE = FileOfTest()


async def create_tables(url: str) -> None:
    engine = create_engine(url)
    await schema.ensure(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to copy."""
    file = tmp_path_factory.mktemp("template") / "lineside.sqlite"
    in_own_loop(create_tables(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables, to copy."""
    with postgres_server.database("template_with_tables") as url:
        in_own_loop(create_tables(url))
        yield "template_with_tables"


ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))]


@pytest.fixture(params=ON_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with all tables: the test runs once with SQLite and once with a real PostgreSQL."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "lineside.sqlite")
        yield f"sqlite+aiosqlite:///{file}"
    else:
        template = request.getfixturevalue("postgres_template")
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(f"test_{uuid.uuid4().hex}", template) as url:
            yield url


@pytest.fixture(params=ON_BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `database_url`, without any table."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(f"test_{uuid.uuid4().hex}") as url:
            yield url


@cache
def sqlite_engine() -> AsyncEngine:
    """One engine for the SQLite databases of all tests: what is compiled for one of them serves the next."""
    engine = create_engine("sqlite+aiosqlite:////the/file/of/the/test")

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(_dialect: object, _record: object, arguments: list[str], _more: object) -> None:
        arguments[0] = FILE.path

    return engine


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """Sessions on a fresh database with all tables."""
    FILE.path = database_url.removeprefix("sqlite+aiosqlite:///")
    engine = sqlite_engine() if database_url.startswith("sqlite") else create_engine(database_url)
    yield create_sessions(engine)
    await close_engine(engine)
