"""The servers that the tests themselves start."""

import pytest
import redis
from sqlalchemy import text

from console.db.engine import Sessions


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
