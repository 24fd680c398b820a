"""The list of scripts: state, where each applies, how often it was picked in the last week, what is odd."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, StoredRun
from console.scripts.models import StoredPublication, StoredScript, StoredVersion
from console.web.i18n import N_
from scripts_engine.script import DEFAULT_PRIORITY
from telephony.lifecycle import CallState

WEEK = timedelta(days=7)

PAGE = 100
"""Scripts on one page of the list."""


class State(StrEnum):
    """What a script is to calls."""

    PUBLISHED = "published"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


STATES: Mapping[State, str] = {
    State.PUBLISHED: N_("In force"),
    State.DRAFT: N_("Draft, never published"),
    State.WITHDRAWN: N_("Taken out of force"),
    State.ARCHIVED: N_("Archived"),
}

NEWER = "newer"
"""A filter beside the states: published, and there is a newer draft."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs on calls that are over, and how many of them came to an end of the script."""

    begun: int
    ended: int


@dataclass(frozen=True, slots=True)
class Row:
    """A script in the list: what calls get of it, or its newest version when they get none. `published` and
    `newest` are numbers of versions; `at` is when the newest was saved, by whom tells `author`. `runs` is
    None when there was none."""

    key: str
    title: str
    lines: tuple[int, ...]
    queues: tuple[str, ...]
    language: str | None
    priority: int
    starts_on: date | None
    ends_on: date | None
    state: State
    published: int | None
    newest: int
    at: datetime
    author: str | None
    picks: int
    runs: Runs | None

    @property
    def has_newer(self) -> bool:
        """Whether there is a draft that calls do not get yet."""
        return self.published is not None and self.newest > self.published

    @property
    def completion(self) -> int | None:
        """Of 100 runs, how many came to an end; None when there was none."""
        return None if self.runs is None else round(100 * self.runs.ended / self.runs.begun)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, in which order. `state` is a State, NEWER, or "" for all that are not archived."""

    text: str = ""
    state: str = ""
    sort: str = "priority"
    down: bool = True


SORTS: Mapping[str, Callable[[Row], Any]] = {
    "title": lambda row: row.title.casefold(),
    "priority": lambda row: row.priority,
    "picks": lambda row: row.picks,
    "completion": lambda row: -1 if row.completion is None else row.completion,
    "at": lambda row: row.at,
}
"""What the list can be sorted by. Equal ones go by their key."""


async def read_rows(session: AsyncSession, now: datetime) -> list[Row]:
    """Every script, by key."""
    picks, runs = await picks_since(session, now - WEEK), await runs_since(session, now - WEEK)
    rows: list[Row] = []
    async for part in (await session.stream(_rows())).partitions(PAGE):  # others have their turn between two
        rows += [_row(found, picks, runs) for found in part]
    return rows


async def picks_since(session: AsyncSession, since: datetime) -> dict[str, int]:
    """How many calls got each script since then."""
    rows = await session.execute(
        select(Call.script_key, func.count())
        .where(Call.started_at >= since, Call.script_key.is_not(None))
        .group_by(Call.script_key)
    )
    return {key: count for key, count in rows if key is not None}


async def runs_since(session: AsyncSession, since: datetime) -> dict[str, Runs]:
    """The runs of each script on calls that began since then and are over."""
    rows = await session.execute(
        select(StoredRun.script_key, func.count(), func.count(StoredRun.outcome))
        .join(Call, Call.id == StoredRun.call_id)
        .where(Call.started_at >= since, Call.state == CallState.ENDED.value)
        .group_by(StoredRun.script_key)
    )
    return {key: Runs(begun, ended) for key, begun, ended in rows}


def choose(rows: Iterable[Row], wanted: Wanted) -> list[Row]:
    """The rows that are wanted, in order."""
    found = [row for row in rows if _in_state(row, wanted.state) and _has_text(row, wanted.text)]
    found.sort(key=lambda row: row.key)
    return sorted(found, key=SORTS.get(wanted.sort, SORTS["priority"]), reverse=wanted.down)


def _in_state(row: Row, state: str) -> bool:
    if state == NEWER:
        return row.has_newer
    return row.state == state if state else row.state is not State.ARCHIVED


def _has_text(row: Row, text: str) -> bool:
    """Whether every word is found in the title, the key, or a queue."""
    looked_at = " ".join([row.title, row.key, *row.queues]).casefold()
    return all(word in looked_at for word in text.casefold().split())


def _rows() -> Select[Any]:
    newest = (
        select(StoredVersion.key, func.max(StoredVersion.version).label("number"))
        .group_by(StoredVersion.key)
        .subquery()
    )
    last, shown = StoredVersion.__table__.alias(), StoredVersion.__table__.alias()
    said = {name: shown.c.document[name].as_string() for name in _SAID}
    number = func.coalesce(StoredScript.published_version, newest.c.number)
    return (
        select(
            StoredScript.key,
            StoredScript.published_version.label("published"),
            StoredScript.archived_at,
            newest.c.number.label("newest"),
            last.c.created_at.label("at"),
            last.c.author,
            exists().where(StoredPublication.key == StoredScript.key).label("ever"),
            *(value.label(f"said_{name}") for name, value in said.items()),
        )
        .join(newest, newest.c.key == StoredScript.key)
        .join(last, and_(last.c.key == StoredScript.key, last.c.version == newest.c.number))
        .join(shown, and_(shown.c.key == StoredScript.key, shown.c.version == number))
        .order_by(StoredScript.key)
    )


_SAID = ("title", "lines", "queues", "language", "priority", "from", "until")


def _row(found: Any, picks: Mapping[str, int], runs: Mapping[str, Runs]) -> Row:
    said = {name: getattr(found, f"said_{name}") for name in _SAID}
    return Row(
        key=found.key,
        title=said["title"] or found.key,
        lines=tuple(_listed(said["lines"])),
        queues=tuple(_listed(said["queues"])),
        language=said["language"],
        priority=DEFAULT_PRIORITY if said["priority"] is None else int(said["priority"]),
        starts_on=_day(said["from"]),
        ends_on=_day(said["until"]),
        state=_state(found),
        published=found.published,
        newest=found.newest,
        at=found.at,
        author=found.author,
        picks=picks.get(found.key, 0),
        runs=runs.get(found.key),
    )


def _state(found: Any) -> State:
    if found.archived_at is not None:
        return State.ARCHIVED
    if found.published is not None:
        return State.PUBLISHED
    return State.WITHDRAWN if found.ever else State.DRAFT


def _listed(text: str | None) -> Sequence[Any]:
    listed = json.loads(text) if text else []
    return listed if isinstance(listed, list) else []


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
