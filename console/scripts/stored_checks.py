"""Checks the published scripts as they are stored: what was right once may be wrong by now."""

from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.checking import Checked, check_documents
from console.scripts.queries import published_versions
from console.scripts.yaml_files import YamlDocument
from scripts_engine.check import Surroundings


async def check_published(session: AsyncSession, there: Surroundings) -> Checked:
    """What is wrong, or odd, in the scripts that calls get, in these surroundings."""
    documents = [YamlDocument(version.document) for version in await published_versions(session)]
    return check_documents(documents, "", there=there)
