"""Changes stored scripts: import, all or nothing per file; and export, which imports the same again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.errors import InvalidError, Problem
from console.scripts.checking import Checked, check_text
from console.scripts.models import StoredScript, StoredVersion
from console.scripts.queries import Version, latest_versions
from console.scripts.yaml_files import write_documents
from scripts_engine.codec import Document, script_from_dict, script_to_dict
from scripts_engine.errors import ScriptError
from scripts_engine.script import Script

REVISION = "scripts"
"""The counter by which running processes notice that scripts have changed."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the scripts it changed or published, those that were so already, what was odd."""

    imported: int
    unchanged: int
    warnings: list[Problem]


class RejectedError(InvalidError):
    """A script file has something wrong in it, and nothing of it was imported."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(checked.problems)
        self.rejected = checked.rejected
        self.warnings = checked.warnings


async def import_scripts(
    session: AsyncSession,
    text: str,
    *,
    publish: bool,
    at: datetime,
    author: str | None = None,
    name: str = "scripts",
) -> Imported:
    """Store the scripts of a file called `name`: a new version of each that differs from its newest one.

    With `publish` calls get them at once, without it they are drafts and calls keep what they have. Raises
    InvalidError when anything is wrong; then nothing is stored.
    """
    checked = check_text(text, name)
    if checked.problems:
        raise RejectedError(checked)
    latest = {version.key: version for version in await latest_versions(session)}
    changed = 0
    for script in checked.scripts:
        changed += await _store(
            session, script, latest.get(script.key), publish=publish, at=at, author=author
        )
    if changed:
        await bump(session, REVISION)
    return Imported(changed, len(checked.scripts) - changed, checked.warnings)


async def export_scripts(session: AsyncSession) -> str:
    """All scripts, each in its newest version, as one script file; empty when there is none."""
    return write_documents([_for_file(version) for version in await latest_versions(session)])


async def _store(
    session: AsyncSession,
    script: Script,
    latest: Version | None,
    *,
    publish: bool,
    at: datetime,
    author: str | None,
) -> bool:
    """Store one script. Whether anything changed by it."""
    number = latest.number if latest else 0
    is_new = latest is None or not _is_same(latest, script)
    if is_new:
        number += 1
        stored = await session.get(StoredScript, script.key)
        if stored is None:
            session.add(StoredScript(key=script.key, published_version=None, created_at=at))
            await session.flush()
        document = _for_store(script_to_dict(script))
        session.add(
            StoredVersion(key=script.key, version=number, document=document, created_at=at, author=author)
        )
    if not publish or (latest is not None and not is_new and latest.published):
        return is_new
    published = await session.get_one(StoredScript, script.key)
    published.published_version = number
    return True


def _is_same(latest: Version, script: Script) -> bool:
    try:
        return script_from_dict(latest.document, latest.key) == script
    except ScriptError:  # stored by another version of Lineside: what is imported replaces it
        return False


def _for_file(version: Version) -> Document:
    """The document as people write it; as it is stored when it can no longer be read."""
    try:
        return script_to_dict(script_from_dict(version.document, version.key))
    except ScriptError:
        return version.document


def _for_store(document: Document) -> Document:
    """The document with its answers as a list: PostgreSQL's JSON keeps the order of lists, not of fields."""
    steps = [
        step | {"answers": [{text: onwards} for text, onwards in step["answers"].items()]}
        if "answers" in step
        else step
        for step in document["steps"]
    ]
    return document | {"steps": steps}
