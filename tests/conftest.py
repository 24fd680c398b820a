"""Fixtures that every test may use."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.db.engine import Sessions, create_engine, create_sessions

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""The moment at which tests play: a Saturday noon in UTC."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A fresh, empty database."""
    return f"sqlite+aiosqlite:///{tmp_path}/lineside.sqlite"


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """Sessions on a fresh database with all tables."""
    from console.db.base import Base

    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield create_sessions(engine)
    await engine.dispose()
