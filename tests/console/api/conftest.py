"""A console's API, with a token that may do everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from console.app import Parts, create_app, open_parts
from console.identity.permissions import Scope
from console.identity.tokens import add_token
from console.settings import Settings
from tests.conftest import NOW


@asynccontextmanager
async def api_of(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with parts.sessions.begin() as session:
        token = await add_token(session, "tests", Scope, NOW)
    async with httpx.ASGITransport(create_app(parts)) as transport:
        headers = {"Authorization": f"Bearer {token}"}
        base = "http://t/api/v1/"
        async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
            yield client


@pytest.fixture
async def records(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The API of a console without any records, in SK."""
    async with open_parts(Settings(database_url=database_url), listens=False) as parts, api_of(parts) as api:
        yield api
