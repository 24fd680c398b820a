"""The servers that the tests themselves start."""

import tempfile
from pathlib import Path

import pytest
import redis
from sqlalchemy import text

from console.db.engine import Sessions
from tests.rig.servers import run_postgres


@pytest.mark.real("redis")
@pytest.mark.parametrize("visit", [1, 2])
def test_every_test_gets_an_empty_redis(redis_url: str, visit: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left behind by", visit)


@pytest.mark.parametrize("visit", [1, 2])
async def test_every_test_gets_a_database_with_empty_tables(sessions: Sessions, visit: int) -> None:
    async with sessions.begin() as session:
        assert (await session.execute(text("SELECT count(*) FROM revisions"))).scalar_one() == 0
        await session.execute(text("INSERT INTO revisions (name, number) VALUES ('left behind', 1)"))


@pytest.mark.real("postgresql")
def test_a_server_does_not_start_in_a_folder_of_the_test_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with run_postgres() as server:
        assert server.accepts()
