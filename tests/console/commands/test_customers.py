"""`lineside customer export|erase`, and `lineside db wipe` behind it."""

import json
import os
import stat
from datetime import datetime
from pathlib import Path

import pytest

from console.commands import customers, database
from console.commands.database import open_database
from console.db import wiping
from console.errors import LinesideError, UsageError
from console.settings import Settings
from tests.console.commands.conftest import Run
from tests.console.facts.records import Records
from tests.console.profile.everywhere import MARK, NUMBER, OLD_REF, REF, found_in, store_person

pytestmark = pytest.mark.slow


@pytest.fixture
async def _person(settings: Settings, now: datetime) -> None:
    async with open_database(settings) as sessions:
        await store_person(sessions, now)


async def still_found(settings: Settings) -> set[str]:
    async with open_database(settings) as sessions:
        return await found_in(sessions, MARK, NUMBER)


@pytest.mark.usefixtures("_person")
async def test_the_export_is_all_of_the_output(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(customers, "customer", "export", REF) == 0
    assert json.loads(capsys.readouterr().out)["customer"]["ref"] == REF


@pytest.mark.usefixtures("_person")
async def test_an_export_to_a_file_is_for_its_owner_only(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "person.json"
    assert await run(customers, "customer", "export", REF, "--to", str(file)) == 0
    assert capsys.readouterr().out == f"Everything about {REF} is in {file}.\n"
    assert json.loads(file.read_text())["customer"]["name"] == f"Jana {MARK}"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("_person")
async def test_an_export_overwrites_no_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "person.json"
    file.write_text("mine")
    with pytest.raises(UsageError, match="is there already: name a new file"):
        await run(customers, "customer", "export", REF, "--to", str(file))
    with pytest.raises(UsageError, match="cannot be written"):
        await run(customers, "customer", "export", REF, "--to", str(tmp_path / "no" / "folder"))
    assert file.read_text() == "mine"


@pytest.mark.usefixtures("_person")
async def test_whoever_types_the_reference_erases(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(customers, "customer", "erase", REF, stdin=f"{REF}\n") == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Erase Jana {MARK}, {REF}. It cannot be undone. Goes:\n  - The record: ")
    assert "  - 2 notes on calls\n" in said
    assert "Stays, as counts and times:\n  - 1 purchase: " in said
    assert said.splitlines()[-1].endswith("erased 1, kept as counts: purchases 1, cases 1, calls 2")
    assert await still_found(settings) == set()


@pytest.mark.usefixtures("_person")
@pytest.mark.parametrize("typed", ["", "\n", "yes\n", f"{REF.lower()}\n"])
async def test_whoever_types_anything_else_erases_nobody(run: Run, settings: Settings, typed: str) -> None:
    with pytest.raises(UsageError, match="Nothing was erased: the reference was not typed"):
        await run(customers, "customer", "erase", REF, stdin=typed)
    assert "customers.ref" in await still_found(settings)


@pytest.mark.usefixtures("_person")
async def test_yes_does_not_ask(run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(customers, "customer", "erase", REF, "--yes") == 0
    assert capsys.readouterr().out == "erased 1, kept as counts: purchases 1, cases 1, calls 2\n"
    assert await still_found(settings) == set()


@pytest.mark.usefixtures("_person")
@pytest.mark.parametrize("action", ["export", "erase"])
async def test_who_is_not_there_is_a_wrong_use(run: Run, action: str) -> None:
    with pytest.raises(UsageError, match="There is no customer X"):
        await run(customers, "customer", action, "X")
    with pytest.raises(UsageError, match=f"{OLD_REF} was merged into {REF}"):
        await run(customers, "customer", action, OLD_REF)


async def test_whoever_is_on_a_call_is_refused_without_being_asked_for(
    run: Run, settings: Settings, now: datetime
) -> None:
    async with open_database(settings) as sessions:
        records = Records(sessions, now)
        await records.call(await records.customer("J", NUMBER), now, state="answered")
    with pytest.raises(LinesideError, match="Try again when it is over") as refused:
        await run(customers, "customer", "erase", "J")
    assert not isinstance(refused.value, UsageError)


@pytest.mark.usefixtures("_person")
async def test_a_large_file_is_wiped_in_a_quiet_hour(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wiping, "QUICKLY_REWRITTEN_BYTES", 0)
    on_sqlite = settings.database_url.startswith("sqlite")
    await run(customers, "customer", "erase", REF, "--yes")
    assert (database.TRACES in capsys.readouterr().out) == on_sqlite
    assert await run(database, "db", "wipe") == 0
    assert capsys.readouterr().out == f"{database.WIPED}\n"


async def test_a_file_that_cannot_be_wiped_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def others_write(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr(database, "wipe", others_write)
    assert await run(database, "db", "wipe") == 1
    assert capsys.readouterr().out == f"{database.NOT_WIPED}\n"
