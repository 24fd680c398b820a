"""The two sets of scripts of a replay: what calls get now, and what is tried instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import InvalidError, LinesideError, NotFoundError, Problem
from console.scripts.models import StoredScript, StoredVersion
from console.scripts.queries import Version, latest_versions, published_versions
from console.scripts.yaml_files import read_documents
from console.studio.replay_models import ReplayJob, Tried
from console.web.i18n import gettext as _
from scripts_engine.codec import Document, read_script, script_from_dict, script_to_dict
from scripts_engine.errors import Finding, ScriptError
from scripts_engine.script import Script

Pinned = dict[str, int | None]
"""Of each script the version; None: it was pasted."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A script, and which version of it this is."""

    script: Script
    version: int | None


Scripts = Mapping[str, Numbered]
"""A set of scripts by key."""


@dataclass(frozen=True, slots=True)
class Sets:
    """What calls get now, and what is tried."""

    before: Scripts
    after: Scripts

    @property
    def versions(self) -> dict[str, Pinned]:
        """Which version of each script is in either set."""
        return {"before": _pinned(self.before), "after": _pinned(self.after)}

    @property
    def given(self) -> dict[str, Document]:
        """The documents of the scripts that were pasted."""
        pasted = (each.script for each in self.after.values() if each.version is None)
        return {script.key: script_to_dict(script) for script in pasted}


def scripts_of(numbered: Scripts) -> list[Script]:
    """The scripts of a set."""
    return [each.script for each in numbered.values()]


def _pinned(scripts: Scripts) -> Pinned:
    return {key: each.version for key, each in scripts.items()}


async def read_sets(session: AsyncSession, job: ReplayJob, source: str | None) -> Sets:
    """The sets of a replay, as the scripts are now. `source` is what was pasted for it.

    Raises:
        InvalidError: something is wrong with what was pasted.
        NotFoundError: there is no such script.
        LinesideError: the draft cannot be read any more.
    """
    before = _numbered(await published_versions(session))
    tried, key = Tried(job.tried), job.script_key or ""
    if tried is Tried.WITHOUT:
        if key not in before:
            raise NotFoundError(_("Calls do not get the script %(key)s (any more).", key=key))
        return Sets(before, {each: script for each, script in before.items() if each != key})
    if tried is Tried.DRAFT:
        return Sets(before, {**before, key: await _newest(session, key)})
    if tried is Tried.DRAFTS:
        drafts = [version for version in await latest_versions(session) if not version.published]
        return Sets(before, {**before, **_numbered(drafts)})
    given = given_scripts(source or "", _("The text"))
    return Sets(before, given if tried is Tried.ONLY_GIVEN else {**before, **given})


def _numbered(versions: Iterable[Version]) -> dict[str, Numbered]:
    """Those that can still be read: calls get no others."""
    found = {}
    for version in versions:
        try:
            script = script_from_dict(version.document, version.key)
        except ScriptError:
            continue
        found[version.key] = Numbered(script, version.number)
    return found


async def _newest(session: AsyncSession, key: str) -> Numbered:
    newest = select(StoredVersion).where(StoredVersion.key == key).order_by(StoredVersion.version.desc())
    version = await session.scalar(newest.limit(1))
    if version is None:
        raise NotFoundError(_("There is no script %(key)s (any more).", key=key))
    try:
        return Numbered(script_from_dict(version.document, key), version.version)
    except ScriptError as error:  # stored by another version of Lineside
        raise LinesideError(_("The draft of %(key)s cannot be read: %(why)s", key=key, why=error)) from error


def given_scripts(source: str, name: str) -> dict[str, Numbered]:
    """The scripts of a text called `name` as far as picks go: what is said in their steps is for the check.

    Raises InvalidError with all that is wrong.
    """
    found, problems = dict[str, Numbered](), list[Problem]()
    for position, document in enumerate(read_documents(source, name), start=1):
        script, wrong = read_script(document.value, f"script {position}")
        if script.key in found:
            wrong.append(Finding(script.key, ("script",), "another script before it has this key"))
        problems += [Problem(f"{name} line {document.line_of(each.path)}", str(each)) for each in wrong]
        found[script.key] = Numbered(script, None)
    if problems:
        raise InvalidError(problems)
    return found


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored script as a menu shows it: its newest version, and whether calls get one."""

    key: str
    title: str
    newest: int
    published: int | None

    @property
    def has_draft(self) -> bool:
        """Whether its newest version is not what calls get."""
        return self.newest != self.published


async def stored_scripts(session: AsyncSession) -> list[Stored]:
    """All stored scripts but the archived ones, by title."""
    title = StoredVersion.document["title"].as_string()
    statement = select(StoredVersion.key, title, StoredVersion.version, StoredScript.published_version).join(
        StoredScript, StoredScript.key == StoredVersion.key
    )
    kept = statement.where(StoredScript.archived_at.is_(None))
    rows = await session.execute(kept.order_by(StoredVersion.key, StoredVersion.version))
    newest = {key: Stored(key, title or key, version, published) for key, title, version, published in rows}
    return sorted(newest.values(), key=lambda each: (each.title.casefold(), each.key))
