"""Two admins changed the same version: what the second to save is shown. Nothing of either is lost.

`templates/studio/_conflict.html` draws it: both texts side by side, the own one in its field, what either
changed in words, and a form that saves the own one on top of the newest, knowingly. In the editor, where the
own one is all around it, `_editor.html` draws the other one only.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import InvalidError
from console.scripts.queries import WrittenVersion, stored_version
from console.scripts.yaml_files import read_documents
from console.studio.differences import Line, differences, line_differences
from console.studio.saving import StaleDraftError
from scripts_engine.codec import script_from_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script


@dataclass(frozen=True, slots=True)
class Conflict:
    """The newest version (`theirs`) and the text that was made from an older one (`mine`, with its `note`).
    `they` and `we` say what either changed since then (None: it cannot be told); `lines` lead from theirs to
    ours."""

    theirs: WrittenVersion
    mine: str
    note: str
    they: Sequence[str] | None
    we: Sequence[str] | None
    lines: Sequence[Line]


async def read_conflict(
    session: AsyncSession, stale: StaleDraftError, *, mine: str, based_on: int | None, note: str
) -> Conflict:
    """What somebody is shown whose save was refused with `stale`."""
    theirs = stale.newest
    base = await stored_version(session, theirs.key, based_on) if based_on else None
    return await asyncio.to_thread(_compare, theirs, mine.replace("\r\n", "\n"), note, base)


def _compare(theirs: WrittenVersion, mine: str, note: str, base: WrittenVersion | None) -> Conflict:
    before = read_text(base.text) if base else None
    return Conflict(
        theirs=theirs,
        mine=mine,
        note=note,
        they=told_differences(before, read_text(theirs.text)),
        we=told_differences(before, read_text(mine)),
        lines=line_differences(theirs.text.strip("\n"), mine.strip("\n")),
    )


def told_differences(before: Script | None, after: Script | None) -> list[str] | None:
    """What differs in words; None when either cannot be read."""
    return None if before is None or after is None else differences(before, after)


def read_text(text: str) -> Script | None:
    """The script that a text says; None when it is no script."""
    try:
        return script_from_dict(read_documents(text, "")[0].value)
    except (InvalidError, ScriptError):
        return None
