"""Fixtures that every test may use."""

import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

import console.models  # noqa: F401  (makes every table known)
from console.db.base import Base
from console.db.engine import Sessions, create_engine, create_sessions
from tests.rig.servers import PostgresServer, run_postgres, run_redis

pytest_plugins = ["tests.rig.plugin"]

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
    """The URL of a real, empty Redis; mark the test `real("redis")`."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL of this run; mark the test `real("postgresql")`."""
    with run_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database: the test runs once with SQLite and once with a real PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(f"test_{uuid.uuid4().hex}") as url:
        yield url


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """Sessions on a fresh database with all tables."""
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield create_sessions(engine)
    await engine.dispose()
