"""Static files: kept for ever under their hash, asked for again otherwise."""

import httpx
import pytest
from starlette.routing import Mount

from console.web.static import ASK_AGAIN, KEEP, PREFIX, CachedStaticFiles, StaticLibrary
from tests.console.web.conftest import MakeClient


@pytest.fixture
def client(make_client: MakeClient, static: StaticLibrary) -> httpx.AsyncClient:
    return make_client(Mount(PREFIX, CachedStaticFiles(static)))


async def test_the_address_with_the_hash_is_kept_for_ever(
    client: httpx.AsyncClient, static: StaticLibrary
) -> None:
    answer = await client.get(static.url("css/base.css"))
    assert (answer.text, answer.headers["Cache-Control"]) == ("body {}", KEEP)


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
async def test_any_other_address_is_asked_for_again(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/static/css/base.css{query}")
    assert answer.headers["Cache-Control"] == ASK_AGAIN
    same = await client.get("/static/css/base.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304


def test_another_content_has_another_address(static: StaticLibrary) -> None:
    (static.folder / "css" / "base.css").write_text("body { color: red }")
    assert StaticLibrary(static.folder).url("css/base.css") != static.url("css/base.css")


@pytest.mark.parametrize("path", ["css/none.css", "css", "../test_static.py", "%2e%2e/secret"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404
