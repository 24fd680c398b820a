"""The next file with the same columns is read as the last one was."""

import tempfile
from pathlib import Path

import httpx
import pytest

from console.live.bus import Bus
from console.profile import import_views
from console.settings import Settings
from tests.console.profile.test_import_views import choice, columns, fields_of, post, sent

DANISH = "ref;name;phones\r\nD-1;Åse Øster;\r\nD-2;Søren Kjær;\r\n".encode("cp1252")
DANISH_COLUMNS = "ref;name;attr.omsætning\r\nD-1;Åse Øster;1\r\n".encode("cp1252")
AS_SLOVAK, RIGHT = "Ĺse Řster", "Åse Øster"


@pytest.fixture(autouse=True)
def _begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files lie in a folder of this test, and what is begun is done by nobody."""

    async def begin(_settings: Settings, _number: int, _bus: Bus) -> None: ...

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(import_views, "start_process", begin)


async def run(pages: httpx.AsyncClient, content: bytes, **chosen: str) -> None:
    path = await sent(pages, content)
    fields = fields_of(await choice(pages, path)) | chosen
    looked = await post(pages, f"{path}/look", fields, **{"HX-Request": "true"})
    assert looked.status_code == 200
    fields = fields_of(await choice(pages, path))
    assert (await post(pages, f"{path}/run", fields)).status_code == 303


@pytest.mark.parametrize("content", [DANISH, DANISH_COLUMNS])
async def test_an_encoding_that_was_chosen(pages: httpx.AsyncClient, content: bytes) -> None:
    page = await choice(pages, await sent(pages, content))
    assert AS_SLOVAK in page.one("import-rows").text
    await run(pages, content, encoding="cp1252")
    page = await choice(pages, await sent(pages, content))
    assert RIGHT in page.one("import-rows").text
    assert fields_of(page)["encoding"] == "cp1252"


async def test_numbers_and_dates_that_were_chosen(pages: httpx.AsyncClient) -> None:
    content = b"ref;name;birthday\r\nD-1;Jan;3/4/1980\r\n"
    page = await choice(pages, await sent(pages, content))
    dates = [option.attributes["value"] for option in page.one("import-dates").every("option")]
    await run(pages, content, dates=dates[-1])
    assert fields_of(await choice(pages, await sent(pages, content)))["dates"] == dates[-1]


async def test_what_is_utf_8_needs_no_choice(pages: httpx.AsyncClient) -> None:
    await run(pages, DANISH, encoding="cp1252")
    page = await choice(pages, await sent(pages, DANISH.decode("cp1252").encode()))
    assert RIGHT in page.one("import-rows").text
    assert fields_of(page)["encoding"] == ""


async def test_what_cannot_be_read_so_is_read_as_it_tells(pages: httpx.AsyncClient) -> None:
    await run(pages, DANISH, encoding="cp1252")
    page = await choice(pages, await sent(pages, DANISH + "D-3;Ťažká;\r\n".encode("cp1250")))
    assert "Ťažká" in page.one("import-rows").text
    assert columns(page) == {"ref": "ref", "name": "name", "phones": "phones"}
