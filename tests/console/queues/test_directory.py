"""Agents by interface, queues by name, kept current by revisions."""

from datetime import datetime

from console.db.engine import Sessions
from console.db.revision import bump, refresh_moved
from console.identity.models import User, UserInterface
from console.queues.directory import Agent, Directory, QueueInfo
from console.queues.models import Queue


async def add_ana(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session, session.begin():
        ana = User(email="ana@x.example", name="Ana", role="agent", password_hash="", line=2, created_at=now)
        ana.interfaces = [UserInterface(interface="PJSIP/a1"), UserInterface(interface="SIP/a1")]
        session.add_all([ana, Queue(name="support", title="Customer support", line=2)])
        await bump(session, "users")


async def test_an_interface_finds_its_agent_whatever_the_case(sessions: Sessions, now: datetime) -> None:
    await add_ana(sessions, now)
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    agent = directory.agent("pjsip/A1")
    assert agent == Agent(agent.user_id if agent else 0, "ana@x.example", "Ana", 2)
    assert directory.agent("PJSIP/a10") is None
    assert directory.agents() == [agent]


async def test_an_extension_finds_its_agent(sessions: Sessions, now: datetime) -> None:
    await add_ana(sessions, now)
    async with sessions() as session, session.begin():
        user = await session.get(User, 1)
        assert user is not None
        user.extension = "1001"
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    assert directory.at_extension("1001") == directory.agent("PJSIP/a1")
    assert directory.at_extension("1002") is None
    assert directory.at_extension("") is None


async def test_a_disabled_user_gets_no_calls(sessions: Sessions, now: datetime) -> None:
    await add_ana(sessions, now)
    async with sessions() as session, session.begin():
        user = await session.get(User, 1)
        assert user is not None
        user.disabled_at = now
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    assert directory.agent("PJSIP/a1") is None


async def test_a_queue_nobody_set_up_is_called_by_its_name(sessions: Sessions, now: datetime) -> None:
    await add_ana(sessions, now)
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    assert directory.queue("support") == QueueInfo("support", "Customer support", 2)
    assert directory.queue("sales") == QueueInfo("sales", "sales", 1)


async def test_only_what_moved_is_read_anew(sessions: Sessions, now: datetime) -> None:
    directory, seen, reads = Directory(), dict[str, int](), list[str]()

    async def refresh(session: object) -> None:
        reads.append("users")

    await refresh_moved(sessions, {"users": refresh}, seen)
    await refresh_moved(sessions, {"users": refresh}, seen)
    assert reads == ["users"]
    await add_ana(sessions, now)
    await refresh_moved(sessions, {"users": directory.refresh}, seen)
    assert directory.agent("PJSIP/a1") is not None
