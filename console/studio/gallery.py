"""Scripts to start from: the ones of the demo, each with its story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, count, takewhile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console import scripts
from console.errors import NotFoundError
from console.scripts.actions import By
from console.scripts.models import StoredScript
from console.scripts.yaml_files import read_documents, rewrite
from console.studio.saving import save_script
from console.web.i18n import gettext as _
from scripts_engine.codec import script_from_dict
from scripts_engine.script import Script

FOLDER = Path(scripts.__file__).parent / "demo"


@dataclass(frozen=True, slots=True)
class Sample:
    """A script to start from; its `story` is the comment above it."""

    script: Script
    story: str
    text: str


@cache
def samples() -> Sequence[Sample]:
    """All of them, those that come first for a call first. Read once."""
    found = [_sample(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.yaml"))]
    return sorted(found, key=lambda sample: -sample.script.priority)


def _sample(text: str) -> Sample:
    comments = takewhile(lambda line: line.startswith("#"), text.splitlines())
    story = " ".join(line.removeprefix("#").strip() for line in comments)
    return Sample(script_from_dict(read_documents(text, "")[0].value), story, text)


async def start_from(session: AsyncSession, name: str, author: str, at: datetime) -> str:
    """Copy the sample with this key into a new draft; returns the key that it got. The caller commits."""
    sample = next((sample for sample in samples() if sample.script.key == name), None)
    if sample is None:
        raise NotFoundError(_("The gallery has no script %(key)s.", key=name))
    key = await free_key(session, name)
    text, note = rewrite(sample.text, "script", key), _("Started from the gallery")
    await save_script(session, key, text, based_on=None, by=By(author, at, note))
    return key


async def free_key(session: AsyncSession, wanted: str) -> str:
    """The key itself, or `KEY-2`, `KEY-3` … when there is such a script."""
    taken = set(await session.scalars(select(StoredScript.key)))
    return next(key for key in chain([wanted], (f"{wanted}-{at}" for at in count(2))) if key not in taken)
