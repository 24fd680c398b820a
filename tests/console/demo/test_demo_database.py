"""The demo in a database, and who may call in it."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from console.customers.models import Customer, CustomerSearchKey
from console.db.engine import Sessions, create_engine
from console.db.revision import Revision
from console.demo.actions import database_url, fill, make_ready
from console.demo.queries import MOST_CALLERS, build_population
from console.demo.team import AGENTS, PASSWORD
from console.identity.models import User, UserInterface, UserQueue
from telephony.events import CallOffered, LinkName
from telephony.simulator.day import Day
from telephony.simulator.population import Strategy

pytestmark = pytest.mark.slow  # writes the whole demo, again and again

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Bratislava")


@pytest.fixture
async def demo(sessions: Sessions) -> Sessions:
    async with sessions() as session, session.begin():
        await fill(session, NOW, ZONE)
    return sessions


async def test_the_demo_is_written(demo: Sessions) -> None:
    async with demo() as session:
        assert await session.scalar(select(func.count()).select_from(Customer)) == 300
        assert await session.scalar(select(func.count(CustomerSearchKey.customer_id.distinct()))) == 300
        users = (await session.scalars(select(User))).all()
    assert {user.role for user in users} == {"agent", "supervisor", "admin"}
    assert all(user.email.endswith("@example.com") for user in users)


async def test_a_fresh_demo_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "var" / "demo.sqlite"
    assert await make_ready(file, NOW, ZONE)
    assert not await make_ready(file, NOW + timedelta(hours=23), ZONE)
    assert await make_ready(file, NOW + timedelta(hours=25), ZONE)


async def test_a_demo_of_another_version_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "demo.sqlite"
    await make_ready(file, NOW, ZONE)
    engine = create_engine(database_url(file))
    async with engine.begin() as connection:
        await connection.execute(update(Revision).values(number=0))
    await engine.dispose()
    assert await make_ready(file, NOW, ZONE)
    assert not await make_ready(file, NOW, ZONE)


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be read as one" * 100])
async def test_anything_else_is_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "demo.sqlite"
    file.write_bytes(content)
    assert await make_ready(file, NOW, ZONE)
    assert not await make_ready(file, NOW, ZONE)


async def test_each_queue_rings_its_agents(demo: Sessions) -> None:
    async with demo() as session:
        queues = {queue.name: queue for queue in (await build_population(session, 7, NOW)).queues}
    assert set(queues) == {"support", "orders", "specialists"}
    assert queues["support"].strategy is Strategy.RING_ALL
    assert queues["specialists"].strategy is Strategy.RING_ALL
    assert queues["orders"].strategy is Strategy.LONGEST_IDLE
    assert len({queue.dialled for queue in queues.values()}) == 3
    for name, queue in queues.items():
        assert queue.interfaces == tuple(agent.interface for agent in AGENTS if name in agent.queues)


async def test_all_kinds_of_callers_call(demo: Sessions) -> None:
    async with demo() as session:
        callers = (await build_population(session, 7, NOW)).callers
    numbers = [caller.caller.number for caller in callers]
    assert {number[:2] for number in numbers} >= {"+4", "00", "09", ""}
    assert sum(caller.caller.withheld for caller in callers) == 1
    assert sum(caller.queues == ("specialists",) for caller in callers) > 10
    assert len(callers) < MOST_CALLERS


async def test_the_visitor_s_agent_gets_pops_steadily(demo: Sessions) -> None:
    """About every 25 seconds at the demo's rate, over two hours."""
    async with demo() as session:
        population = await build_population(session, 7, NOW)
    day = Day(LinkName("sim"), population, seed=7, rate=0.2, start=NOW)
    offers = [event.at for event in islice(day, 6_000) if rings(event, AGENTS[0].interface)]
    gaps = sorted((later - earlier).total_seconds() for earlier, later in pairwise(offers))
    assert 15 < sum(gaps) / len(gaps) < 30
    assert gaps[-1] < 150


def rings(event: object, interface: str) -> bool:
    return isinstance(event, CallOffered) and event.interface == interface


async def test_an_empty_database_has_nobody_who_calls(sessions: Sessions) -> None:
    async with sessions() as session:
        assert (await build_population(session, 7, NOW)).callers == ()


async def test_agents_without_customers_get_strangers(sessions: Sessions) -> None:
    async with sessions() as session, session.begin():
        session.add(
            User(id=1, email="a@example.com", name="A", role="agent", password_hash=PASSWORD, created_at=NOW)
        )
        session.add(UserInterface(interface="PJSIP/1", user_id=1))
        session.add(UserQueue(user_id=1, queue="unheard_of"))
    async with sessions() as session:
        population = await build_population(session, 7, NOW)
    assert [queue.name for queue in population.queues] == ["unheard_of"]
    assert population.callers
