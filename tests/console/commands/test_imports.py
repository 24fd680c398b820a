"""`lineside import`: exit status and what is printed."""

import argparse
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from console.cases.news import CHANNEL
from console.commands import imports
from console.errors import UsageError
from console.live.redis_bus import RedisBus
from console.profile.importing import BATCH
from console.settings import Settings
from tests.conftest import NOW


async def run(settings: Settings, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    imports.add_to(parser.add_subparsers())
    args = parser.parse_args(["import", *arguments])
    status = await args.run(args, settings)
    assert isinstance(status, int)
    return status


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url)


async def test_good_and_bad_rows(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(
        "ref,name,phones,birthday,colour\nC1,Jana,0905123456,1990-11-21,red\nC2,Peter,x,1990-13-21,\n"
    )
    assert await run(settings, "customers", str(file)) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == [
        "Encoding: UTF-8. Cells are parted by: comma.",
        "Unknown columns, left out: colour",
    ]
    assert any(line.startswith("line 3: birthday: ") for line in out)
    assert out[-1] == "imported 1, unchanged 0, rejected 1"
    assert (tmp_path / "customers.csv.rejected.csv").exists()
    file.write_text("ref,name,phones\nC1,Jana,0905123456\n")
    assert await run(settings, "customers", str(file)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "imported 0, unchanged 1, rejected 0"


async def test_long_stories_are_cut(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("ref,name,phones\n" + "".join(f"C{number},Name,none\n" for number in range(15)))
    assert await run(settings, "customers", str(file), "--dry-run") == 0
    out = capsys.readouterr().out.splitlines()
    assert "… and 5 more" in out
    assert out[-1] == "imported 15, unchanged 0, rejected 0"


async def test_a_file_that_cannot_be_read(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cannot read"):
        await run(settings, "cases", str(tmp_path / "none.csv"))


async def test_what_a_file_tells_of_itself_is_said(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("ref;name;birthday;attr.rate\nC1;Jana;21.11.1990;1,5\n")
    assert await run(settings, "customers", str(file)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Encoding: UTF-8. Cells are parted by: semicolon.",
        "Numbers are read as 1 234,50 is written.",
        "Dates are read in the order of 21.11.2026.",
        "imported 1, unchanged 0, rejected 0",
    ]


async def test_a_code_page_is_said_with_what_it_makes_of_the_file_and_can_be_chosen(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes("ref,name\nC1,Jan\nC2,Åse Øster\n".encode("cp1252"))
    assert await run(settings, "customers", str(file), "--dry-run") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "Encoding: cp1250, Central Europe. Cells are parted by: comma.",
        'So it says "Ĺse Řster". If that is wrong, say --encoding.',
    ]
    assert await run(settings, "customers", str(file), "--dry-run", "--encoding", "CP1252") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "Encoding: cp1252, Western Europe. Cells are parted by: comma.",
        'So it says "Åse Øster".',
    ]
    with pytest.raises(UsageError, match="cannot be read as utf-8"):
        await run(settings, "customers", str(file), "--encoding", "utf-8")


@pytest.mark.parametrize("sign", ["|", "vertical-bar"])
async def test_the_delimiter_can_be_chosen(settings: Settings, tmp_path: Path, sign: str) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("ref|name\nC1|Jana\n")
    assert await run(settings, "customers", str(file), "--delimiter", sign) == 0
    with pytest.raises(UsageError, match="no column `ref`"):
        await run(settings, "customers", str(file), "--delimiter", "tab")


@pytest.mark.parametrize("wrong", [["--encoding", "cp9"], ["--delimiter", "x"]])
async def test_what_cannot_be_chosen_is_named(
    settings: Settings, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        await run(settings, "customers", "x.csv", *wrong)
    assert f"argument {wrong[0]}" in capsys.readouterr().err


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Ctrl+C is typed when the import begins, until this is undone."""

    def type_it() -> datetime:
        signal.raise_signal(signal.SIGINT)
        return NOW

    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(imports, "now", type_it)
    yield monkeypatch
    signal.signal(signal.SIGINT, usual)


@pytest.fixture
def two_batches(tmp_path: Path) -> str:
    file = tmp_path / "customers.csv"
    file.write_text("ref,name\n" + "".join(f"C{number},Jana\n" for number in range(BATCH + 1)))
    return str(file)


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
async def test_ctrl_c_stops_behind_the_batch_at_hand(
    settings: Settings,
    two_batches: str,
    capsys: pytest.CaptureFixture[str],
    typed: pytest.MonkeyPatch,
    options: list[str],
) -> None:
    usual = signal.getsignal(signal.SIGINT)
    assert await run(settings, "customers", two_batches, *options) == 130
    assert signal.getsignal(signal.SIGINT) is usual
    *_, stopped, counted = capsys.readouterr().out.splitlines()
    told = "Nothing was stored" if options else "What is counted below is stored"
    assert stopped.startswith(f"Stopped by Ctrl+C. {told}")
    assert counted == f"imported {BATCH}, unchanged 0, rejected 0"
    typed.undo()
    assert await run(settings, "customers", two_batches) == 0
    counted = capsys.readouterr().out.splitlines()[-1]
    already = 0 if options else BATCH
    assert counted == f"imported {BATCH + 1 - already}, unchanged {already}, rejected 0"


@pytest.mark.usefixtures("typed")
async def test_what_runs_in_the_background_does_not_hear_it(settings: Settings, two_batches: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert await run(settings, "customers", two_batches) == 0
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.real("redis")
async def test_whose_cases_came_in_is_told_once_for_each_batch(
    settings: Settings, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.profile.importing.BATCH", 3)
    settings = replace(settings, redis_url=redis_url)
    customers, cases = tmp_path / "customers.csv", tmp_path / "cases.csv"
    customers.write_text("ref,name\nC1,Jana\nC2,Peter\n")
    rows = ["K1,C1", "K2,C1", "K3,C2", "K4,C2"]
    cases.write_text(
        "ref,customer_ref,subject,opened_at\n" + "".join(f"{row},x,2026-11-01\n" for row in rows)
    )
    bus = RedisBus(redis_url)
    async with bus.messages(CHANNEL) as messages:
        for file in (customers, cases, cases):  # the third time nothing is different
            assert await run(settings, file.stem, str(file)) == 0
        cases.write_text("ref,status\nK4,closed\n")
        assert await run(settings, "cases", "--dry-run", str(cases)) == 0
        assert await run(settings, "cases", str(cases)) == 0
        told = [sorted((await anext(messages))["customers"]) for _ in range(3)]
    await bus.close()
    assert told == [["C1", "C2"], ["C2"], ["C2"]]
