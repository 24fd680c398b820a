"""A database to read facts from."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from console.db.engine import Sessions
from console.facts.reader import FactReader, open_fact_reader
from tests.console.facts.records import Records


@pytest.fixture
async def reader(sessions: Sessions, database_url: str) -> AsyncIterator[FactReader]:
    async with open_fact_reader(database_url) as opened:
        yield opened


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)
