"""What customers and companies are found by."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from console.customers.search_keys import Named, keys_of, keys_of_name
from console.db.base import BigId, code

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT_ONCE = 5_000
COMPARED_BY_BYTES = {
    ("companies", "ref"): 100,
    ("customers", "ref"): 100,
    ("purchases", "ref"): 100,
    ("cases", "ref"): 100,
    ("phone_numbers", "e164"): 40,
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for (table, column), length in COMPARED_BY_BYTES.items():
            op.alter_column(table, column, type_=code(length), existing_type=sa.String(length))
    for owner, owners in (("customer", "customers"), ("company", "companies")):
        op.create_table(
            f"{owner}_search_keys",
            sa.Column("key", code(120), nullable=False),
            sa.Column(f"{owner}_id", BigId, nullable=False),
            sa.ForeignKeyConstraint(
                [f"{owner}_id"],
                [f"{owners}.id"],
                name=op.f(f"fk_{owner}_search_keys_{owner}_id_{owners}"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("key", f"{owner}_id", name=op.f(f"pk_{owner}_search_keys")),
            sqlite_with_rowid=False,
        )
    _fill("customers", ["name", "email"], "customer", lambda row: keys_of(Named(row.name, row.email)))
    _fill("companies", ["name"], "company", lambda row: keys_of_name(row.name))
    for owner in ("customer", "company"):
        op.create_index(
            op.f(f"ix_{owner}_search_keys_{owner}_id"), f"{owner}_search_keys", [f"{owner}_id"], unique=False
        )


def _fill(
    owners: str, names: list[str], owner: str, keys: Callable[[sa.Row[Any]], set[str]]
) -> None:
    """Keys of all that are stored, a bounded number at a time."""
    columns = sa.table(owners, sa.column("id"), *map(sa.column, names)).c
    target = sa.table(f"{owner}_search_keys", sa.column("key"), sa.column(f"{owner}_id"))
    query = sa.select(*columns).where(columns.id > sa.bindparam("last")).order_by(columns.id).limit(AT_ONCE)
    connection, last = op.get_bind(), 0
    while rows := connection.execute(query, {"last": last}).all():
        last = rows[-1].id
        found = [{"key": key, f"{owner}_id": row.id} for row in rows for key in keys(row)]
        if found:
            connection.execute(sa.insert(target), found)
