"""Checks the published scripts as they are stored: what was right once may be wrong by now."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from console.scripts.checking import Checked, check_documents
from console.scripts.queries import published_versions
from console.scripts.yaml_files import YamlDocument


async def check_published(session: AsyncSession, articles: Collection[str]) -> Checked:
    """What is wrong, or odd, in the scripts that calls get, where there are these `articles`."""
    documents = [YamlDocument(version.document) for version in await published_versions(session)]
    return check_documents(documents, "", articles=articles)
