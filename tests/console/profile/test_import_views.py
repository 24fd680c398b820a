"""The pages of the import: sending a file, choosing how it is read, trying it out, and what came of it."""

import csv
import os
import tempfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from console.commands.import_job import import_job
from console.customers.models import Customer, PhoneNumber
from console.db.engine import Sessions
from console.live.bus import Bus
from console.profile import import_files, import_views, importing
from console.profile.import_choices import MOST_COLUMNS
from console.profile.import_jobs import LOST_AFTER
from console.profile.models import ImportJob
from console.settings import Settings
from tests.console.desk.document import Element, parse

ADMIN = {"role": "admin"}
PATH = "/admin/import"
LONG_AGO = datetime(2020, 1, 31, tzinfo=UTC)
SLOVAK = """\
Číslo;Meno;Telefón;Narodeniny;Obrat\r
S-1;Ľubomír Šťastný;0905 123 456;21.11.1980;1 234,50\r
S-2;Žofia Kôňová;nemá;30.2.2000;2,5\r
""".encode("cp1250")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files lie in a folder of this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return import_files.folder()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(region="SK", database_url=database_url)


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[int]:
    """The imports that were begun; nobody does them but `work`."""
    begun: list[int] = []

    async def begin(_settings: Settings, number: int, _bus: Bus) -> None:
        begun.append(number)

    monkeypatch.setattr(import_views, "start_process", begin)
    return begun


def drawn(answer: httpx.Response) -> Element:
    return parse(answer.text.removeprefix("<!doctype html>"))


async def send(
    pages: httpx.AsyncClient, content: bytes, name: str = "file.csv", **more: Any
) -> httpx.Response:
    data = {"csrf_token": "secret-of-ana"} | more
    return await pages.post(PATH, data=data, files={"file": (name, content)}, headers=ADMIN)


async def sent(pages: httpx.AsyncClient, content: bytes) -> str:
    answer = await send(pages, content)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def choice(pages: httpx.AsyncClient, path: str) -> Element:
    answer = await pages.get(path, headers=ADMIN)
    assert answer.status_code == 200
    return drawn(answer)


def fields_of(page: Element) -> dict[str, str]:
    """What a browser would send of the form."""
    fields = {}
    for menu in page.every("select"):
        options = menu.every("option")
        chosen = next((each for each in options if "selected" in each.attributes), options[0])
        fields[menu.attributes["name"]] = chosen.attributes["value"]
    return fields | {"csrf_token": "secret-of-ana"}


async def post(pages: httpx.AsyncClient, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
    return await pages.post(path, data=fields, headers=ADMIN | headers)


def columns(page: Element) -> dict[str, str]:
    fields = fields_of(page)
    return {
        menu.attributes["data-column"]: fields[menu.attributes["name"]]
        for menu in page.every("select", data_testid="import-column")
    }


async def number_of(sessions: Sessions, model: type[Customer | ImportJob]) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_only_admins(pages: httpx.AsyncClient) -> None:
    for role in ("agent", "supervisor"):
        assert (await pages.get(PATH, headers={"role": role})).status_code == 403
    assert "Nothing yet" in (await pages.get(PATH, headers=ADMIN)).text


async def test_what_the_file_tells_is_shown_before_anything_is_stored(
    pages: httpx.AsyncClient, sessions: Sessions
) -> None:
    path = await sent(pages, SLOVAK)
    assert (
        "file.csv Customers not begun" in drawn(await pages.get(PATH, headers=ADMIN)).one("import-list").text
    )
    page = await choice(pages, path)
    assert columns(page) == {
        "Číslo": "ref",
        "Meno": "name",
        "Telefón": "phones",
        "Narodeniny": "birthday",
        "Obrat": "",
    }
    for menu, told in {
        "encoding": "cp1250, Central Europe",
        "delimiter": "semicolon",
        "dates": "21.11.2026",
    }.items():
        assert page.one(f"import-{menu}").every("option")[0].text == told
    rows = page.one("import-rows").text
    assert "Ľubomír Šťastný" in rows
    assert "+421905123456" in rows
    assert "Nov 21, 1980" in rows
    assert 'would be rejected: birthday: "30.2.2000" is no date' in rows
    assert await number_of(sessions, Customer) == 0


async def test_the_whole_way(
    pages: httpx.AsyncClient, sessions: Sessions, settings: Settings, begun: list[int]
) -> None:
    path = await sent(pages, SLOVAK)
    fields = fields_of(await choice(pages, path)) | {"column-4": "attr.obrat"}
    tried = await post(pages, f"{path}/run", fields | {"try_out": ""})
    assert (tried.status_code, tried.headers["location"]) == (303, path)
    assert (await choice(pages, path)).has("import-progress")
    await import_job(sessions, settings, begun.pop())
    result = (await choice(pages, path)).one("import-result")
    assert result.attributes["data-state"] == "done"
    assert result.one("import-counts").text == "Would be stored 1 Unchanged 0 Would be rejected 1"
    assert await number_of(sessions, Customer) == 0
    await post(pages, f"{path}/run", {"csrf_token": "secret-of-ana", "as_chosen": "1"})
    await import_job(sessions, settings, begun.pop())
    page = await choice(pages, path)
    assert page.one("import-counts").text == "Stored 1 Unchanged 0 Rejected 1"
    assert 'birthday: "30.2.2000" is no date' in page.one("import-rejections").text
    async with sessions() as session:
        [stored] = await session.scalars(select(Customer))
        [number] = await session.scalars(select(PhoneNumber.e164))
    assert (stored.name, str(stored.birthday), stored.attributes, number) == (
        "Ľubomír Šťastný",
        "1980-11-21",
        {"obrat": 1234.5},
        "+421905123456",
    )
    listed = drawn(await pages.get(PATH, headers=ADMIN)).one("import-list").text
    assert "file.csv Customers done 1 0 1" in listed


async def test_rejected_rows_are_a_file_that_excel_reads_and_can_be_sent_again(
    pages: httpx.AsyncClient, sessions: Sessions, settings: Settings, begun: list[int]
) -> None:
    path = await sent(pages, b'ref,name,notes,birthday\nF-1,Eva,"=HYPERLINK(""http://x"")",x\n')
    await post(pages, f"{path}/run", fields_of(await choice(pages, path)))
    await import_job(sessions, settings, begun.pop())
    answer = await pages.get(f"{path}/rejected", headers=ADMIN)
    assert answer.headers["content-disposition"] == 'attachment; filename="file.rejected.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert header == ["line", "reason", "ref", "name", "notes", "birthday"]
    assert (row[0], row[4]) == ("2", '\'=HYPERLINK("http://x")')
    again = await choice(pages, await sent(pages, answer.content.replace(b",x\r\n", b",2000-01-31\r\n")))
    assert [*columns(again).values()] == ["", "", "ref", "name", "notes", "birthday"]
    assert '=HYPERLINK("http://x")' in again.one("import-rows").text
    assert "would be rejected" not in again.one("import-rows").text


async def test_the_choice_is_kept_and_comes_back_with_the_same_columns(
    pages: httpx.AsyncClient, sessions: Sessions, settings: Settings, begun: list[int]
) -> None:
    path = await sent(pages, b"a,b,c\nC-1,Jana,7\n")
    fields = fields_of(await choice(pages, path))
    assert await refused(pages, path, fields) == "import-lacks"
    fields |= {"column-0": "ref", "column-1": "name", "column-2": "attr.c"}
    shown = await post(pages, f"{path}/look", fields, **{"HX-Request": "true"})
    assert drawn(shown).one("import-rows").text.endswith("2 C-1 Jana 7")
    assert [*columns(await choice(pages, path)).values()] == ["ref", "name", "attr.c"]
    fresh = await choice(pages, await sent(pages, b"c,b,a\n7,Jana,C-1\n"))
    assert [*columns(fresh).values()] == ["", "", ""]
    await post(pages, f"{path}/run", fields)
    await import_job(sessions, settings, begun.pop())
    fresh = await choice(pages, await sent(pages, b"c,b,a\n8,Jana,C-1\n"))
    assert [*columns(fresh).values()] == ["attr.c", "name", "ref"]


async def refused(pages: httpx.AsyncClient, path: str, fields: dict[str, str]) -> str:
    answer = await post(pages, f"{path}/run", fields)
    assert answer.status_code == 422
    page = drawn(answer)
    return next(name for name in ("import-lacks", "import-refused") if page.has(name))


async def test_another_kind_another_delimiter_another_encoding(
    pages: httpx.AsyncClient, begun: list[int]
) -> None:
    path = await sent(pages, b"ref;total;Stav\nO-1;1,5;x\n")
    fields = fields_of(await choice(pages, path))
    assert fields["kind"] == "purchases"
    other = drawn(await post(pages, f"{path}/look", fields | {"kind": "cases"}))
    assert columns(other) == {"ref": "ref", "total": "", "Stav": "status"}
    parted = drawn(await post(pages, f"{path}/look", fields_of(other) | {"delimiter": ","}))
    assert columns(parted) == {"ref;total;Stav": ""}
    wrong = fields_of(parted) | {"delimiter": "", "encoding": "utf-16", "numbers": "1,234.50"}
    assert await refused(pages, path, wrong) == "import-refused"
    twice = fields_of(await choice(pages, path))
    assert await refused(pages, path, twice | {"column-1": "ref"}) == "import-lacks"
    assert begun == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "picture.csv is empty; its first line must name the columns."),
        (b"\x89PNG\r\n\x1a\n\x00", "picture.csv is a picture (PNG); save it as CSV"),
        (b"ref,name\n" + b"x" * 1_100_000, "picture.csv has a line of more than 1,000,000 characters"),
        (
            ",".join(map(str, range(MOST_COLUMNS + 1))).encode(),
            "picture.csv has 151 columns; here it may have 150",
        ),
    ],
)
async def test_what_cannot_be_read_is_said_in_a_sentence_and_not_kept(
    pages: httpx.AsyncClient, sessions: Sessions, folder: Path, content: bytes, sentence: str
) -> None:
    answer = await send(pages, content, "picture.csv")
    assert answer.status_code == 422
    assert sentence in drawn(answer).one("import-problem").text
    assert [*folder.iterdir()] == []
    assert await number_of(sessions, ImportJob) == 0


async def test_a_file_that_is_too_large_is_not_kept(
    pages: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "MOST_BYTES", 3 * 1024**2)
    answer = await send(pages, b"ref,name\n" + b"C-1,Jana\n" * 500_000)
    assert answer.status_code == 422
    assert "larger than 3 MB" in drawn(answer).one("import-problem").text
    assert [*folder.iterdir()] == []


async def test_a_file_without_the_secret_is_refused_before_it_is_kept(
    pages: httpx.AsyncClient, folder: Path
) -> None:
    answer = await send(pages, b"ref,name\nC-1,Jana\n", csrf_token="wrong")
    assert answer.status_code == 403
    assert [*folder.iterdir()] == []
    path = await sent(pages, b"ref,name\nC-1,Jana\n")
    for way in ("look", "run", "stop"):
        assert (await post(pages, f"{path}/{way}", {})).status_code == 403


async def test_forms_that_are_none(pages: httpx.AsyncClient) -> None:
    data = {"csrf_token": "secret-of-ana"}
    assert (
        "No file was chosen"
        in (await pages.post(PATH, files={"csrf_token": (None, "x")}, headers=ADMIN)).text
    )
    assert "could not be read" in (await pages.post(PATH, data=data, headers=ADMIN)).text
    long = {"csrf_token": "x" * 2_000}
    assert "too long" in (await pages.post(PATH, data=long, files={"file": ("f", b"x")}, headers=ADMIN)).text
    broken = {"content-type": "multipart/form-data; boundary=b"} | ADMIN
    assert "could not be read" in (await pages.post(PATH, content=b"--nonsense", headers=broken)).text


async def test_stopping_leaves_whole_batches(
    pages: httpx.AsyncClient,
    sessions: Sessions,
    settings: Settings,
    begun: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    rows = "".join(f"C-{row},Jana\n" for row in range(100))
    path = await sent(pages, f"ref,name\n{rows}".encode())
    await post(pages, f"{path}/run", fields_of(await choice(pages, path)))
    again = await post(pages, f"{path}/run", {"csrf_token": "secret-of-ana", "as_chosen": "1"})
    assert (again.status_code, begun) == (303, begun[:1])
    assert (await post(pages, f"{path}/stop", {"csrf_token": "secret-of-ana"})).status_code == 303
    assert "Stopping" in (await choice(pages, path)).one("import-progress").text
    await import_job(sessions, settings, begun.pop())
    result = (await choice(pages, path)).one("import-result")
    assert result.attributes["data-state"] == "stopped"
    assert await number_of(sessions, Customer) == 10
    left = await pages.get(path, headers=ADMIN | {"HX-Request": "true"})
    assert left.headers["HX-Redirect"] == path


async def test_a_killed_import_is_told_as_such_and_can_be_begun_anew(
    pages: httpx.AsyncClient, sessions: Sessions, settings: Settings, begun: list[int]
) -> None:
    path = await sent(pages, b"ref,name\nC-1,Jana\n")
    await post(pages, f"{path}/run", fields_of(await choice(pages, path)))
    async with sessions.begin() as session:
        long_ago = ImportJob.heartbeat_at
        job = await session.get_one(ImportJob, begun[0])
        assert job.heartbeat_at is not None
        stale = job.heartbeat_at - LOST_AFTER - timedelta(seconds=1)
        await session.execute(update(ImportJob).values({long_ago: stale}))
    result = (await choice(pages, path)).one("import-result")
    assert result.attributes["data-state"] == "lost"
    assert "given no sign since" in result.one("import-why").text
    await post(pages, f"{path}/run", {"csrf_token": "secret-of-ana", "as_chosen": "1"})
    assert len(begun) == 2
    await import_job(sessions, settings, begun.pop())
    assert (await choice(pages, path)).one("import-result").attributes["data-state"] == "done"


async def test_a_file_that_turns_out_to_be_none_fails_with_its_sentence(
    pages: httpx.AsyncClient, sessions: Sessions, settings: Settings, begun: list[int], folder: Path
) -> None:
    path = await sent(pages, b"ref,name\n" + b"C-1,Jana\n" * 3)
    await post(pages, f"{path}/run", fields_of(await choice(pages, path)))
    [file] = folder.iterdir()
    file.write_bytes(b"ref,name\nC-1,Jana\n" + b"x" * 1_100_000)
    await import_job(sessions, settings, begun.pop())
    result = (await choice(pages, path)).one("import-result")
    assert result.attributes["data-state"] == "failed"
    assert result.one("import-why").text.startswith("file.csv has a line of more than 1,000,000 characters")


async def test_files_are_kept_for_a_day(
    pages: httpx.AsyncClient, sessions: Sessions, folder: Path, settings: Settings, begun: list[int]
) -> None:
    path = await sent(pages, b"ref,name\nC-1,\n")
    await post(pages, f"{path}/run", fields_of(await choice(pages, path)))
    await import_job(sessions, settings, begun.pop())
    for file in folder.iterdir():
        os.utime(file, (0, 0))
    unused = await sent(pages, b"ref,name\nC-1,Jana\n")
    assert len([*folder.iterdir()]) == 1
    assert "not here any more" in (await pages.get(f"{path}/rejected", headers=ADMIN)).text
    assert "not here any more" in (await pages.get(f"{path}?change", headers=ADMIN)).text
    page = await choice(pages, path)
    assert not page.has("import-run")
    assert not page.has("import-rejections")
    async with sessions.begin() as session:
        await session.execute(
            update(ImportJob).where(ImportJob.started_at.is_(None)).values(created_at=ImportJob.created_at)
        )
    async with sessions.begin() as session:
        begun_never = ImportJob.started_at.is_(None)
        await session.execute(update(ImportJob).where(begun_never).values(created_at=LONG_AGO))
    await sent(pages, b"ref,name\nC-1,Jana\n")
    assert (await pages.get(unused, headers=ADMIN)).status_code == 404
    assert (await pages.get(path, headers=ADMIN)).status_code == 200
    for number in (999, 10**30):
        assert (await pages.get(f"{PATH}/{number}", headers=ADMIN)).status_code == 404


async def test_old_files_go_when_the_page_is_opened(pages: httpx.AsyncClient, folder: Path) -> None:
    await sent(pages, b"ref,name\nC-1,Jana\n")
    [file] = folder.iterdir()
    os.utime(file, (0, 0))
    await pages.get(PATH, headers=ADMIN)
    assert not [*folder.iterdir()]


def test_a_folder_that_others_can_open_is_refused(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(Exception, match="only Lineside can open"):
        import_files.folder()
