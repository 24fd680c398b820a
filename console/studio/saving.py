"""Saves a script: each save is a new version, nothing is ever overwritten.

Whoever saves says on which version that is based. When somebody else was faster, nothing is stored, and the
error carries what they saved: both texts are shown then (`conflict`).
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from console.db.engine import Sessions
from console.db.writing import write
from console.errors import InvalidError, LinesideError, NotFoundError, Problem
from console.knowledge.surroundings import surroundings
from console.scripts.actions import By, add_version, lock_scripts, set_archived
from console.scripts.checking import Checked, check_text
from console.scripts.queries import WrittenVersion, latest_version, published_scripts
from console.scripts.yaml_files import write_documents
from console.web.i18n import gettext as _
from console.web.overtaken import OvertakenError
from scripts_engine.check import Surroundings
from scripts_engine.codec import script_to_dict
from scripts_engine.script import Script


@dataclass(frozen=True, slots=True)
class Saved:
    """The number under which a script is stored now, and what is odd about it."""

    version: int
    warnings: list[Problem]


class StaleDraftError(OvertakenError):
    """A newer version than the one that was changed is stored: `newest`. Nothing was saved."""

    def __init__(self, newest: WrittenVersion) -> None:
        self.newest = newest
        super().__init__(newest.key, newest.number, newest.author)

    @property
    def version(self) -> int:
        """The number of the newest version."""
        return self.newest.number

    @property
    def author(self) -> str | None:
        """Who saved it; None: by the command."""
        return self.newest.author

    @property
    def at(self) -> datetime:
        """When it was saved."""
        return self.newest.at

    @property
    def source(self) -> str:
        """Its YAML."""
        return self.newest.text


async def save(sessions: Sessions, key: str, source: str, *, based_on: int | None, by: By) -> Saved:
    """As `save_script`, committed. Checked first, then stored: a check takes a while, in which others want to
    write, too. Whether it is still made from the newest version is looked at last."""
    async with sessions() as session:
        checked = await _check(session, key, source)
    return await write(sessions, lambda session: _store(session, key, checked, based_on, by))


async def save_script(session: AsyncSession, key: str, source: str, *, based_on: int | None, by: By) -> Saved:
    """Store `source` (the YAML of one script, with comments) as the next version of the script `key`. It was
    made from version `based_on`; None: there was no such script. The caller commits.

    What is stored already, to the letter, is not stored again. Raises InvalidError with what the check finds
    (nothing is stored), StaleDraftError when there is a newer version.
    """
    return await _store(session, key, await _check(session, key, source), based_on, by)


async def _check(session: AsyncSession, key: str, source: str) -> Checked:
    others, there = await published_scripts(session), await surroundings(session)
    checked = await asyncio.to_thread(check_source, source, key, others, there)
    if checked.problems:
        raise InvalidError(checked.problems)
    return checked


async def _store(session: AsyncSession, key: str, checked: Checked, based_on: int | None, by: By) -> Saved:
    [script] = checked.scripts
    text = checked.sources[0] or write_documents([script_to_dict(script)])
    await lock_scripts(session, [key], by.at)
    newest = await latest_version(session, key)
    if newest is not None and newest.source == text:
        return Saved(newest.number, checked.warnings)
    if (newest.number if newest else None) != based_on:
        raise _outrun(key, newest)
    number = (based_on or 0) + 1
    add_version(session, script, text, number, by)
    await set_archived(session, key, None)
    await session.flush()
    return Saved(number, checked.warnings)


def _outrun(key: str, newest: WrittenVersion | None) -> LinesideError:
    if newest is not None:
        return StaleDraftError(newest)
    return NotFoundError(_("There is no script %(key)s (any more): nothing was saved.", key=key))


def check_source(source: str, key: str, others: list[Script], there: Surroundings) -> Checked:
    """Check the YAML of one script, which shall be `key` and stand beside `others` in these
    surroundings. What is wrong is placed by its line.

    Raises InvalidError when it is no YAML of scripts at all.
    """
    checked = check_text(source, key, others, there)
    problem = _not_this_one(checked, key)
    if problem is None:
        return checked
    return Checked(checked.scripts, [problem, *checked.problems], checked.warnings, 1, checked.sources)


def _not_this_one(checked: Checked, key: str) -> Problem | None:
    if len(checked.scripts) > 1:
        why = _(
            "this is the place of one script, and here are %(count)s: import them", count=len(checked.scripts)
        )
        return Problem(key, why)
    [script] = checked.scripts
    if script.key not in {key, ""}:
        why = _(
            'a key stays the same for ever: write `script: %(key)s`, or copy the script to get "%(other)s"',
            key=key,
            other=script.key,
        )
        return Problem(f"{key}: script", why)
    return None
