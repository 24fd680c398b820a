"""`lineside db upgrade`, and what other commands do with a database of another version."""

from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import text

from console.commands import database, queues
from console.db.engine import create_engine
from console.errors import LinesideError, SettingError
from console.settings import Settings
from tests.console.commands.conftest import Run, parse


@pytest.fixture
def settings(empty_database_url: str) -> Settings:
    return Settings(database_url=empty_database_url)


async def test_upgrade_says_what_it_did(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(database, "db", "upgrade") == 0
    assert await run(database, "db", "upgrade") == 0
    assert capsys.readouterr().out.splitlines() == [
        "The database was empty and is ready now.",
        "The database is of this version already: nothing to do.",
    ]


async def test_a_database_of_another_version_is_left_alone(run: Run, settings: Settings) -> None:
    await run(database, "db", "upgrade")
    engine = create_engine(settings.database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    for arguments in ((database, "db", "upgrade"), (queues, "queue", "set", "support")):
        with pytest.raises(LinesideError, match="newer Lineside"):
            await run(*arguments)


@pytest.mark.parametrize("arguments", [(database, "db", "upgrade"), (queues, "queue", "set", "support")])
async def test_a_database_that_cannot_be_opened_names_the_setting(
    arguments: tuple[ModuleType, str], tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("This is no database.")
    for file in ("missing/folder/db.sqlite", "text"):
        settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/{file}")
        args = parse(*arguments)
        with pytest.raises(
            SettingError, match=r"^LINESIDE_DATABASE_URL: .*cannot be opened \(.+\); `lineside doctor`"
        ):
            await args.run(args, settings)


async def test_a_database_server_that_is_not_there_names_the_setting(unused_tcp_port: int) -> None:
    url = f"postgresql+asyncpg://lineside:secret@127.0.0.1:{unused_tcp_port}/lineside"
    args = parse(database, "db", "upgrade")
    with pytest.raises(SettingError, match=r"^LINESIDE_DATABASE_URL: ") as refused:
        await args.run(args, Settings(database_url=url))
    assert "secret" not in str(refused.value)
