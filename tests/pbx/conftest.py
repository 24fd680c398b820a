"""The real product on the real phone system: in one process on SQLite, in two on PostgreSQL and Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pbx.asterisk import Asterisk
from tests.pbx.fixtures import Pbx
from tests.pbx.frail import Frail, run_frail
from tests.pbx.working_day import Company, run_company
from tests.pbx.world import install
from tests.rig.product import Product

SHAPES = ["one-process", pytest.param("two-processes", marks=pytest.mark.real("postgresql", "redis"))]


@contextmanager
def _settings(request: pytest.FixtureRequest, folder: Path, name: str, bus: int) -> Iterator[dict[str, str]]:
    """Where an installation of the shape that `request` asks for keeps its records, and its bus."""
    if request.param == "one-process":
        yield {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/lineside.sqlite"}
        return
    redis = request.getfixturevalue("redis_server").removesuffix("/0")
    with request.getfixturevalue("postgres_server").database(name) as database:
        yield {"DATABASE_URL": database, "REDIS_URL": f"{redis}/{bus}"}


@pytest.fixture(scope="session", params=SHAPES)
def product(
    request: pytest.FixtureRequest, asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The product, running and connected to Asterisk, with the world of `world.py` in it."""
    folder = tmp_path_factory.mktemp("product")
    with _settings(request, folder, "product", 1) as settings:
        installed = install(folder, asterisk.link(), settings)
        with installed.running():
            yield installed


@pytest.fixture(scope="session", params=SHAPES)
def frail(
    request: pytest.FixtureRequest, asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Frail]:
    """A product with an Asterisk of its own that a test may kill, and a line between them to cut."""
    folder = tmp_path_factory.mktemp("frail")
    with (
        _settings(request, folder, "frail", 2) as settings,
        run_frail(folder, settings, asterisk) as running,
    ):
        yield running


@pytest.fixture
def frail_pbx(frail: Frail) -> Iterator[Pbx]:
    """The phone system at the other end of that line, idle."""
    with frail.idle() as idle:
        yield idle


@pytest.fixture
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """Agents who log in to their queues at the desk, with a phone system and a product of their own, in the
    shape that the test asks for."""
    with _settings(request, tmp_path, "company", 3) as settings, run_company(tmp_path, settings) as running:
        yield running
