"""A console with nothing but the studio, with the scripts of the demo and records to try them on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from console.customers.actions import save_customers
from console.customers.models import Customer
from console.customers.records import CustomerRecord
from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.scripts.actions import import_scripts
from console.scripts.library import Library
from console.settings import Settings
from tests.browser.serving import served
from tests.browser.studio_site import make_app
from tests.console.facts.records import Records
from tests.console.studio.scripts import DEMO

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

LATE = "/scripts/late-delivery/edit"
"""Where a script of the demo is changed."""


@dataclass(frozen=True, slots=True)
class Studio:
    """A console with nothing but the editor, the demo's scripts, and its records."""

    url: str
    sessions: Sessions
    records: Records
    library: Library

    async def customer(self, ref: str, name: str) -> Customer:
        """A customer who is found by name."""
        async with self.sessions.begin() as session:
            await save_customers(session, [CustomerRecord(ref, {"name": name})], datetime.now(UTC))
            return (await session.scalars(select(Customer).where(Customer.ref == ref))).one()


@asynccontextmanager
async def studio_in(folder: Path) -> AsyncIterator[Studio]:
    """Served from a database in a folder."""
    database = f"sqlite+aiosqlite:///{folder}/studio.sqlite"
    engine = create_engine(database)
    await schema.ensure(engine)
    sessions, library = create_sessions(engine), Library()
    settings = Settings(region="SK", database_url=database)
    async with sessions.begin() as session:
        text = "\n---\n".join(file.read_text() for file in DEMO)
        await import_scripts(session, text, publish=True, at=datetime.now(UTC))
        await library.refresh(session)
    async with (
        open_fact_reader(database) as reader,
        served(make_app(sessions, settings, Knowledge(reader, settings), library)) as url,
    ):
        yield Studio(f"{url}/studio", sessions, Records(sessions, datetime.now(UTC)), library)
    await engine.dispose()


def card(tab: "Page", name: str) -> "Locator":
    """The card of a step."""
    return tab.locator(f'[data-testid="card"][data-step="{name}"]')
