"""Drafts the migration that leads from the migrated tables to the models: read it before you commit it.

Usage: .venv/bin/python tests/console/db/draft_migration.py 0002 "Add the colour of a case"
"""

import sys
from typing import Any, Literal

from alembic import command
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine

import console.models
from console.db.base import Amount, Base, BigId, Json, UtcDateTime
from console.db.schema import config_for

assert console.models.__all__  # imported so that Base.metadata is whole

HOUSE_TYPES = {UtcDateTime: "UtcDateTime()", Amount: "Amount()", type(BigId): "BigId", type(Json): "Json"}


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types by their names in `console.db.base`."""
    return HOUSE_TYPES.get(type(item), False) if kind == "type" else False


def draft(revision: str, message: str) -> None:
    """Migrate an empty SQLite database in memory, compare it with the models, write the next migration."""
    with create_engine("sqlite://").connect() as connection:
        config = config_for(connection)
        command.upgrade(config, "head")
        config.attributes |= {"metadata": Base.metadata, "render_item": render}
        command.revision(config, message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    draft(*sys.argv[1:])
