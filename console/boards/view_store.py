"""Keeps what supervisors want to see under names: of each user their own, which nobody else sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.boards.models import SavedView
from console.boards.view_choices import Choices, kept_choices, write_choices
from console.errors import InvalidError, NotFoundError, Problem
from console.web.i18n import gettext as _

MOST_VIEWS = 50
LONGEST_NAME: int = 60
"""Characters, as in the table."""


@dataclass(frozen=True, slots=True)
class View:
    """What is kept under a name. One of a user's `opens_first`."""

    id: int
    name: str
    choices: Choices
    opens_first: bool


async def read_views(session: AsyncSession, user_id: int) -> Sequence[View]:
    """A user's own, by name."""
    found = await session.scalars(select(SavedView).where(SavedView.user_id == user_id))
    return sorted((_view(row) for row in found), key=lambda view: (view.name.casefold(), view.id))


async def add_view(session: AsyncSession, user_id: int, name: str, choices: Choices, at: datetime) -> int:
    """Keep choices under a new name; its id. In the session's transaction. Raises InvalidError."""
    name = await _free_name(session, user_id, name)
    count = select(func.count()).where(SavedView.user_id == user_id)
    if (await session.scalar(count) or 0) >= MOST_VIEWS:
        why = _("You have %(most)s views, which is the most: delete one first.", most=MOST_VIEWS)
        raise InvalidError([Problem("name", why)])
    row = SavedView(user_id=user_id, name=name, choices=write_choices(choices), changed_at=at)
    session.add(row)
    await session.flush()
    return row.id


async def set_view(session: AsyncSession, user_id: int, id_: int, choices: Choices, at: datetime) -> None:
    """Keep these choices instead of those that were kept. Raises NotFoundError."""
    row = await _own(session, user_id, id_)
    row.choices, row.changed_at = write_choices(choices), at


async def rename_view(session: AsyncSession, user_id: int, id_: int, name: str, at: datetime) -> None:
    """Raises NotFoundError and InvalidError."""
    row = await _own(session, user_id, id_)
    row.name, row.changed_at = await _free_name(session, user_id, name, but=id_), at


async def delete_view(session: AsyncSession, user_id: int, id_: int) -> None:
    """Raises NotFoundError."""
    await session.delete(await _own(session, user_id, id_))


async def open_first(session: AsyncSession, user_id: int, id_: int, *, first: bool) -> None:
    """The view is what the board opens with from now on, or is not any more. Raises NotFoundError."""
    row = await _own(session, user_id, id_)
    await session.execute(update(SavedView).where(SavedView.user_id == user_id).values(opens_first=False))
    row.opens_first = first
    await session.flush()


async def _own(session: AsyncSession, user_id: int, id_: int) -> SavedView:
    row = await session.get(SavedView, id_, with_for_update=True)
    if row is None or row.user_id != user_id:
        raise NotFoundError(_("There is no such view of yours."))
    return row


async def _free_name(session: AsyncSession, user_id: int, name: str, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        why = _("Give it a name of up to %(most)s characters.", most=LONGEST_NAME)
        raise InvalidError([Problem("name", why)])
    same = select(SavedView.id).where(SavedView.user_id == user_id, SavedView.name == name)
    found = await session.scalar(same)
    if found is not None and found != but:
        why = _("You have a view of this name: open it and save it, or choose another name.")
        raise InvalidError([Problem("name", why)])
    return name


def _view(row: SavedView) -> View:
    return View(row.id, row.name, kept_choices(row.choices), row.opens_first)
