"""The baseline: the same job built in the straightforward way, as a good team would build it first.

Async ORM with eager loading, Jinja templates with macros, JSON over Starlette's WebSockets with compression
as uvicorn has it by default, an AMI client that makes a dict of every frame. One process, the same database,
the same libraries and event loop as the product. It is kept honest: everything is indexed, nothing is queried
twice or slept on, and what a call leaves behind is recorded after the pop has been sent.

    python -m tests.bench.baseline.server PORT AMI_PORT DATABASE_URL
"""

import contextlib
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import uvicorn
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from console.calls.models import Call, Leg, Pop
from console.cases.models import Case
from console.customers.models import Customer, PhoneNumber, Purchase
from console.db.engine import create_engine, create_sessions
from console.identity.models import User, UserInterface, UserSession
from console.identity.sessions import COOKIE, hash_token
from console.queues.models import Queue
from tests.bench.baseline.ami import AmiConnection
from tests.bench.baseline.scripts import facts_of, pick

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
ORDERS_SHOWN = 5


class Console:
    """The whole application."""

    def __init__(self, ami_port: int, database_url: str) -> None:
        self._ami_port = ami_port
        self._sessions = create_sessions(create_engine(database_url))
        self._desks: dict[int, set[WebSocket]] = {}
        self._calls: dict[str, dict[str, Any]] = {}

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        ami = AmiConnection(self.on_event)
        await ami.connect("127.0.0.1", self._ami_port, "console", "secret")
        yield
        ami.close()

    async def live(self, websocket: WebSocket) -> None:
        async with self._sessions() as session:
            token_hash = hash_token(websocket.cookies.get(COOKIE, ""))
            held = await session.get(UserSession, token_hash)
        if held is None:
            await websocket.close()
            return
        await websocket.accept()
        desk = self._desks.setdefault(held.user_id, set())
        desk.add(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            desk.discard(websocket)

    async def on_event(self, event: dict[str, str]) -> None:
        match event.get("Event"):
            case "AgentCalled":
                await self.on_offer(event)
            case "AgentConnect":
                await self.on_change(event["Uniqueid"], "answered")
            case "AgentComplete":
                await self.on_change(event["Uniqueid"], "ended")

    async def on_offer(self, event: dict[str, str]) -> None:
        at = datetime.now(UTC)
        async with self._sessions() as session:
            pop = await gather(session, event, at)
            if pop is None:
                return
            self._calls[event["Uniqueid"]] = pop
            await self.push(pop)
            record(session, pop, at)
            await session.commit()

    async def on_change(self, uniqueid: str, state: str) -> None:
        pop = self._calls.get(uniqueid)
        if pop is None:
            return
        pop["state"] = state
        await self.push(pop)
        async with self._sessions() as session:
            call = await session.get(Call, pop["call"])
            leg = await session.get(Leg, pop["leg"])
            if call is not None and leg is not None:
                call.state = state
                if state == "answered":
                    call.answered_at = leg.answered_at = datetime.now(UTC)
                else:
                    call.ended_at = leg.ended_at = datetime.now(UTC)
                await session.commit()
        if state == "ended":
            del self._calls[uniqueid]

    async def push(self, pop: dict[str, Any]) -> None:
        html = TEMPLATES.get_template("pop.html").render(pop=pop)
        message = {"topic": f"desk:{pop['user'].id}", "content": html, "target": "#pops"}
        for websocket in list(self._desks.get(pop["user"].id, ())):
            await websocket.send_text(json.dumps(message))


async def gather(session: AsyncSession, event: dict[str, str], at: datetime) -> dict[str, Any] | None:
    """Everything that the pop shows, or None when the phone is nobody's."""
    user = await session.scalar(
        select(User).join(UserInterface).where(UserInterface.interface == event["Interface"])
    )
    if user is None:
        return None
    parsed = phonenumbers.parse(event["CallerIDNum"], "SK")
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    customers = await find_customers(session, e164)
    customer = customers[0] if len(customers) == 1 else None
    purchases = await find_purchases(session, customer)
    cases = await find_cases(session, customer)
    queue = await session.get(Queue, event["Queue"])
    facts = facts_of(customer, purchases, cases, await count_calls(session, customer, at), queue, at=at)
    script, reasons = pick(facts)
    return {
        "call": f"main-{event['Uniqueid']}",
        "leg": f"main-{event['DestUniqueid']}",
        "state": "ringing",
        "user": user,
        "queue": queue,
        "number": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
        "caller_name": event["CallerIDName"],
        "customers": customers,
        "customer": customer,
        "purchases": purchases[:ORDERS_SHOWN],
        "cases": [case for case in cases if case.status != "closed"],
        "facts": facts,
        "script": script,
        "reasons": reasons,
        "now": at,
    }


async def find_customers(session: AsyncSession, e164: str) -> list[Customer]:
    found = await session.scalars(
        select(Customer)
        .join(PhoneNumber)
        .where(PhoneNumber.e164 == e164)
        .options(selectinload(Customer.company), selectinload(Customer.phones))
    )
    return list(found.unique())


async def find_purchases(session: AsyncSession, customer: Customer | None) -> list[Purchase]:
    if customer is None:
        return []
    found = await session.scalars(
        select(Purchase)
        .where(Purchase.customer_id == customer.id)
        .options(selectinload(Purchase.items))
        .order_by(Purchase.placed_at.desc())
    )
    return list(found)


async def find_cases(session: AsyncSession, customer: Customer | None) -> list[Case]:
    if customer is None:
        return []
    found = await session.scalars(
        select(Case).where(Case.customer_id == customer.id).order_by(Case.opened_at.desc())
    )
    return list(found)


async def count_calls(session: AsyncSession, customer: Customer | None, at: datetime) -> int:
    if customer is None:
        return 0
    recent = select(func.count()).select_from(Call).where(Call.customer_id == customer.id)
    return await session.scalar(recent.where(Call.started_at > at - timedelta(days=7))) or 0


def record(session: AsyncSession, pop: dict[str, Any], at: datetime) -> None:
    """The call, its leg and its pop."""
    session.add(
        Call(
            id=pop["call"], link="main", direction="inbound", state="ringing", queue=pop["queue"].name,
            line=pop["queue"].line, number=pop["number"], caller_name=pop["caller_name"],
            identified="one" if pop["customer"] else "none", started_at=at,
            customer_id=pop["customer"].id if pop["customer"] else None, script_key=pop["script"]["key"],
        )
    )  # fmt: skip
    session.add(Leg(id=pop["leg"], call_id=pop["call"], interface="", user_id=pop["user"].id, offered_at=at))
    session.add(
        Pop(
            id=pop["leg"],
            call_id=pop["call"],
            user_id=pop["user"].id,
            state="sent",
            offered_at=at,
            sent_at=at,
        )
    )


def main() -> None:
    port, ami_port, database_url = sys.argv[1:]
    console = Console(int(ami_port), database_url)
    app = Starlette(routes=[WebSocketRoute("/live", console.live)], lifespan=console.lifespan)
    uvicorn.run(app, port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
