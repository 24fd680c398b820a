"""What calls get: publish a version, go back to an older one, take a script out of force, archive it.

Before it is done, the check looks at everything that calls would get afterwards (`foresee`); who decides has
seen what calls get now, and is asked again when somebody else changed that meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.errors import InvalidError, LinesideError, NotFoundError, Problem
from console.scripts.actions import REVISION, By, give_to_calls, lock_scripts, set_archived
from console.scripts.models import StoredScript
from console.studio.finding_words import FindingWords, finding_words
from console.studio.shelf import Ref, Shelf, published_refs
from console.web.i18n import gettext as _
from scripts_engine.errors import Finding, Level
from scripts_engine.script import Script


class MeanwhileError(LinesideError):
    """Calls get another version by now than the one that was seen; nothing was changed."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the check says of all that calls would get: what is new by it, what was found before already, and
    what goes away by it."""

    new: tuple[FindingWords, ...]
    before: tuple[FindingWords, ...]
    mended: tuple[FindingWords, ...]


async def foresee(session: AsyncSession, shelf: Shelf, key: str, version: int | None) -> Foreseen:
    """What the check would say if calls got this version of a script (None: nothing of it)."""
    now = await published_refs(session)
    then = {ref for ref in now if ref[0] != key} | (set() if version is None else {(key, version)})
    found, known = await _found(session, shelf, then), await _found(session, shelf, now)
    after, before = await shelf.scripts(session, then), await shelf.scripts(session, now)
    return Foreseen(
        new=_told((finding for finding in found if finding not in known), after),
        before=_told((finding for finding in found if finding in known), after),
        mended=_told((finding for finding in known if finding not in found), before),
    )


async def _found(session: AsyncSession, shelf: Shelf, refs: Collection[Ref]) -> tuple[Finding, ...]:
    return (*await shelf.check(session, refs), *await shelf.check_named(session, refs))


def _told(findings: Iterable[Finding], scripts: Mapping[str, Script]) -> tuple[FindingWords, ...]:
    return tuple(finding_words(finding, scripts.get(finding.script)) for finding in findings)


async def release(
    session: AsyncSession, shelf: Shelf, key: str, version: int | None, *, seen: int | None, by: By
) -> None:
    """Give a version of a script to calls (None: take it out of force). `seen` is the version that calls got
    when it was decided. The caller commits.

    Raises NotFoundError, MeanwhileError, and InvalidError when the version does not work (any more).
    """
    stored = await locked_script(session, key, by)
    if stored.published_version != seen:
        raise MeanwhileError(
            _("Nothing was changed yet: somebody else changed meanwhile what calls get of %(key)s.", key=key)
        )
    if version is not None:
        await _make_sure(session, shelf, key, version)
    if stored.published_version != version:
        await give_to_calls(session, key, version, by)
        await bump(session, REVISION)


async def _make_sure(session: AsyncSession, shelf: Shelf, key: str, version: int) -> None:
    read = (await shelf.read(session, [(key, version)])).get((key, version))
    if read is None:
        raise NotFoundError(_("There is no version %(number)s of %(key)s.", number=version, key=key))
    wrong = [finding for finding in read.findings if finding.level is Level.ERROR]
    if wrong:
        told = _told(wrong, {key: read.script} if read.script else {})
        raise InvalidError([Problem(each.where or key, each.sentence) for each in told])


async def archive(session: AsyncSession, key: str, by: By) -> None:
    """Put a script into the archive. Raises InvalidError while calls get it."""
    stored = await locked_script(session, key, by)
    if stored.published_version is not None:
        raise InvalidError([Problem(key, _("calls still get it: take it out of force first"))])
    await set_archived(session, key, by.at)


async def bring_back(session: AsyncSession, key: str, by: By) -> None:
    """Take a script out of the archive. Calls do not get it by that."""
    await locked_script(session, key, by)
    await set_archived(session, key, None)


async def locked_script(session: AsyncSession, key: str, by: By) -> StoredScript:
    """The stored script, which nobody else changes until the transaction ends."""
    if await session.get(StoredScript, key) is None:
        raise NotFoundError(_("There is no script %(key)s.", key=key))
    await lock_scripts(session, [key], by.at)
    return await session.get_one(StoredScript, key, populate_existing=True)
