"""The API of one console, for many questions that change nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from console.app import open_parts
from console.settings import Settings
from tests.console.api.conftest import api_of


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    file = tmp_path / "lineside.sqlite"
    settings = Settings(database_url=f"sqlite+aiosqlite:///{file}")
    async with open_parts(settings, listens=False) as parts, api_of(parts) as api:
        yield api
