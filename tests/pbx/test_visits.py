"""What is on record of waits, holds, transfers and agents after real calls on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from console.calls.models import Call, Leg, Visit
from console.db.engine import Sessions, close_engine, create_engine, create_sessions
from console.identity.models import User
from console.queues.models import AgentState
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.ear import Ear, listening
from tests.pbx.fixtures import Pbx
from tests.pbx.records import CLOCK
from tests.pbx.story import A1, answered_by_a1
from tests.rig.product import Product

pytestmark = [pytest.mark.real("asterisk"), pytest.mark.asyncio(loop_scope="session")]

WITHIN_S = 15


@dataclass(slots=True)
class Told:
    """The one call of a test, as it is on record once it has ended. Of each wait: queue, end, the agent who
    answered; of each leg: agent, result, whether the caller was on hold, and where it was passed on to."""

    call: Call
    visits: list[Visit]
    legs: list[Leg]

    @property
    def waits(self) -> list[tuple[str, str | None, str | None]]:
        interfaces = {leg.id: leg.interface for leg in self.legs}
        return [(visit.queue, visit.end, interfaces.get(visit.leg_id or "")) for visit in self.visits]

    @property
    def parts(self) -> list[tuple[str, str | None, bool, str | None]]:
        return [(leg.interface, leg.result, (leg.held_s or 0) > 0, leg.transferred_to) for leg in self.legs]


@asynccontextmanager
async def records(product: Product) -> AsyncIterator[Sessions]:
    engine = create_engine(product.database_url)
    yield create_sessions(engine)
    await close_engine(engine)


@asynccontextmanager
async def one_call(pbx: Pbx, product: Product) -> AsyncIterator[tuple[Ear, "asyncio.Future[Told]"]]:
    """One call happens in this block; behind it, what is told of it."""
    began = datetime.now(UTC)
    told: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
    async with listening(pbx.asterisk) as ear:
        yield ear, told
    async with records(product) as sessions, asyncio.timeout(WITHIN_S):
        while not told.done():
            async with sessions() as session:
                found = select(Call).where(Call.started_at >= began, Call.state == "ended")
                for call in await session.scalars(found):
                    visits = await session.scalars(_of(Visit, call).order_by(Visit.number))
                    legs = await session.scalars(_of(Leg, call).order_by(Leg.offered_at))
                    told.set_result(Told(call, [*visits], [*legs]))
            await asyncio.sleep(0.05)


def _of(model: Any, call: Call) -> Any:
    return select(model).where(model.call_id == call.id)


def times_fit(told: Told) -> None:
    assert told.visits[0].queued_at == told.call.started_at
    for visit in told.visits:
        assert visit.left_at is not None
        assert told.call.ended_at is not None
        assert visit.queued_at < visit.left_at <= told.call.ended_at
        assert (visit.line, visit.link) == (2 if visit.queue == "second" else 1, told.call.link)
        answered = {leg.answered_at for leg in told.legs if leg.id == visit.leg_id}
        assert answered <= {visit.left_at}


async def test_a_caller_who_gives_up(pbx: Pbx, product: Product) -> None:
    async with one_call(pbx, product) as (_, told):
        caller = pbx.call("support")
        await pbx.phones["a1"].rings()
        await caller.hang_up()
    times_fit(told.result())
    assert told.result().waits == [("support", "abandoned", None)]
    assert told.result().call.end == "abandoned"


async def test_a_caller_whom_the_first_queue_gives_up_and_who_gives_up_in_the_second(
    pbx: Pbx, product: Product
) -> None:
    async with one_call(pbx, product) as (_, told):
        caller = pbx.call("then-second")
        await pbx.phones["a4"].rings()
        await caller.hang_up()
    times_fit(told.result())
    assert told.result().waits == [("support", "timed_out", None), ("second", "abandoned", None)]


async def test_a_caller_whom_the_first_queue_gives_up_and_the_second_one_serves(
    pbx: Pbx, product: Product
) -> None:
    async with one_call(pbx, product) as (ear, told):
        pbx.call("then-second")
        await pbx.phones["a4"].rings()
        await pbx.phones["a4"].answer()
        await ear.hears("AgentConnect", Queue="second")
        await pbx.phones["a4"].hang_up()
    times_fit(told.result())
    assert told.result().waits == [("support", "timed_out", None), ("second", "answered", "PJSIP/a4")]


async def test_a_caller_whom_the_queue_gives_up_and_the_dialplan_hangs_up(pbx: Pbx, product: Product) -> None:
    async with one_call(pbx, product) as (_, told):
        caller = pbx.call("then-nobody")
        await pbx.phones["a1"].rings()
        await caller.wait_for("refused")
    times_fit(told.result())
    assert told.result().waits == [("support", "timed_out", None)]
    assert told.result().call.end == "timed_out"


async def test_a_caller_who_is_held_twice(pbx: Pbx, product: Product) -> None:
    async with one_call(pbx, product) as (_, told):
        await answered_by_a1(pbx)
        for _ in range(2):
            await pbx.phones["a1"].hold()
            await pbx.phones["a1"].resume()
        await pbx.phones["a1"].hang_up()
    times_fit(told.result())
    assert told.result().waits == [("support", "answered", A1)]
    assert told.result().parts == [(A1, "answered", True, None)]
    (leg,) = told.result().legs
    assert leg.answered_at is not None
    assert leg.ended_at is not None
    assert leg.held_s is not None
    assert leg.held_s < (leg.ended_at - leg.answered_at).total_seconds()


async def test_a_caller_who_is_passed_on_into_a_queue_and_gives_up_there(pbx: Pbx, product: Product) -> None:
    async with one_call(pbx, product) as (_, told):
        caller = pbx.call("support")
        await pbx.phones["a1"].rings()
        await pbx.phones["a1"].answer()
        await caller.wait_for("answered")
        await pbx.phones["a1"].refer(EXTENSIONS["second"])
        await pbx.phones["a4"].rings()
        await caller.hang_up()
    times_fit(told.result())
    assert told.result().waits == [("support", "answered", A1), ("second", "abandoned", None)]
    assert told.result().parts[0] == (A1, "transferred", False, EXTENSIONS["second"])
    assert told.result().call.end == "completed"


async def test_a_caller_whom_somebody_takes_out_of_the_queue(pbx: Pbx, product: Product) -> None:
    async with one_call(pbx, product) as (ear, told):
        caller = pbx.call("support")
        channel = (await ear.hears("QueueCallerJoin"))["Channel"]
        await pbx.phones["a1"].rings()
        pbx.act("Redirect", Channel=channel, Exten=EXTENSIONS["a3"], Context="from-internal", Priority="1")
        await pbx.phones["a3"].rings()
        await pbx.phones["a3"].answer()
        await caller.wait_for("answered")
        await caller.hang_up()
    times_fit(told.result())
    assert told.result().waits == [("support", "moved", None)]


async def test_what_an_agent_did_meanwhile(pbx: Pbx, product: Product) -> None:
    began = datetime.now(UTC)
    async with one_call(pbx, product) as (_, told):
        await answered_by_a1(pbx)
        await pbx.phones["a1"].hang_up()
    (leg,) = told.result().legs
    async with records(product) as sessions, asyncio.timeout(WITHIN_S):
        states: list[AgentState] = []
        while not {"ringing", "on_call"} <= {state.state for state in states}:
            async with sessions() as session:
                found = select(AgentState).join(User, User.id == AgentState.user_id)
                rows = found.where(User.email == "ana@example.com", AgentState.began_at >= began)
                states = [*await session.scalars(rows.order_by(AgentState.began_at))]
            await asyncio.sleep(0.05)
    by_state = {state.state: state for state in states}
    assert leg.answered_at is not None
    assert abs(by_state["on_call"].began_at - leg.answered_at) < CLOCK  # said by Lineside's clock
    assert by_state["ringing"].ended_at == by_state["on_call"].began_at
