"""Overdue cases that nobody owns, on the work list of their line: whoever takes one over is its owner, and it
is gone from the list. Of two who do it at once one wins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.queries import overdue_of_nobody
from console.customers.paths import customer_path
from console.desk.plain_text import plain
from console.desk.reading import Reader, moment
from console.desk.record_appearance import Moment as Clock
from console.live.bus import Value
from console.worklist.reading import Lists, Moment

CASE = "case"
"""What the entries are called on the bus, beside the kinds of callers."""

MOST_SHOWN = 50
"""The rest follows as these are taken over."""

SUBJECT_LIMIT = 160


@dataclass(frozen=True, slots=True)
class CaseDrawing:
    """An entry. `dom` names it in ids; `due` is since when it is overdue."""

    dom: str
    ref: str
    subject: str
    priority: str
    name: str
    company: str | None
    customer_path: str
    due: Clock


async def read_overdue(session: AsyncSession, when: Moment) -> Lists:
    """The entries of each line, as they go over the bus."""
    found: dict[int, dict[str, Mapping[str, Any]]] = {}
    for row in await overdue_of_nobody(session, when.at, MOST_SHOWN):
        entry = {"kind": CASE, **row, "due_at": row["due_at"].isoformat()}
        found.setdefault(row["line"], {})[f"{CASE}:{row['id']}"] = entry
    return found


def draw_case(value: Value, reader: Reader) -> CaseDrawing:
    """One entry."""
    return CaseDrawing(
        dom=f"{CASE}-{value['id']}",
        ref=plain(value["ref"]),
        subject=plain(value["subject"], SUBJECT_LIMIT),
        priority=value["priority"],
        name=plain(value["customer"]),
        company=plain(value["company"]) if value["company"] else None,
        customer_path=customer_path(value["customer_ref"]),
        due=moment(value["due_at"], reader),
    )
