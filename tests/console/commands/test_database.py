"""`lineside db upgrade`, and what other commands do with a database of another version."""

import pytest
from sqlalchemy import text

from console.commands import database, queues
from console.db.engine import create_engine
from console.errors import LinesideError
from console.settings import Settings
from tests.console.commands.conftest import Run


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
