"""The real product on the real phone system: in one process on SQLite, in two on PostgreSQL and Redis."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.pbx.asterisk import Asterisk
from tests.pbx.world import install
from tests.rig.product import Product

SHAPES = ["one-process", pytest.param("two-processes", marks=pytest.mark.real("postgresql", "redis"))]


@pytest.fixture(scope="session", params=SHAPES)
def product(
    request: pytest.FixtureRequest, asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The product, running and connected to Asterisk, with the world of `world.py` in it."""
    folder = tmp_path_factory.mktemp("product")
    with ExitStack() as life:
        settings = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/lineside.sqlite"}
        if request.param == "two-processes":
            server = request.getfixturevalue("postgres_server")
            settings["DATABASE_URL"] = life.enter_context(server.database("product"))
            settings["REDIS_URL"] = request.getfixturevalue("redis_server").removesuffix("/0") + "/1"
        installed = install(folder, asterisk, settings)
        life.enter_context(installed.running())
        yield installed
