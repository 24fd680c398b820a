"""Puts calls on record, by hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from console.calls.models import Call, Leg, Pop, Visit, WrapUp
from console.db.base import Base
from console.db.engine import Sessions
from console.identity.models import User, UserQueue
from console.queues.models import AgentState, Queue

Row = dict[str, Any]
TABLES: tuple[type[Base], ...] = (User, UserQueue, Queue, Call, Leg, Visit, WrapUp, Pop, AgentState)


def seconds(count: float) -> timedelta:
    """So many."""
    return timedelta(seconds=count)


@dataclass
class Past:
    """Rows to be stored, table by table."""

    rows: dict[type[Base], list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})

    async def store(self, sessions: Sessions) -> None:
        """All of them."""
        async with sessions.begin() as session:
            for table, rows in self.rows.items():
                for row in rows:
                    await session.execute(insert(table), row)

    def agent(self, id_: int, name: str, *queues: str, line: int = 1) -> None:
        """Somebody who takes calls."""
        user = {"id": id_, "email": f"{name}@example.com", "name": name, "role": "agent", "line": line}
        user |= {"password_hash": "", "created_at": datetime.fromisoformat("2026-01-01T00:00:00+00:00")}
        self.rows[User].append(user)
        self.rows[UserQueue] += [{"user_id": id_, "queue": queue} for queue in queues]

    def queue(self, name: str, within_s: int = 20, title: str | None = None, line: int = 1) -> None:
        """A queue that is set up."""
        row = {"name": name, "title": title, "line": line, "answer_within_s": within_s}
        self.rows[Queue].append(row | {"wrap_up_s": 30, "outcome_required": False})

    def call(self, id_: str, at: datetime, queue: str | None = "sales", **more: Any) -> None:
        """A call that came in and is over, answered or not."""
        row: Row = {"id": id_, "link": "main", "direction": "inbound", "state": "ended", "end": "completed"}
        row |= {"queue": queue, "line": 1, "number": "", "caller_name": "", "identified": "none"}
        row |= {"customer_id": None, "started_at": at, "answered_at": None, "ended_at": at + seconds(60)}
        self.rows[Call].append(row | {"satisfaction": None, "outcome": None, "script_key": None} | more)

    def visit(
        self,
        call: str,
        at: datetime,
        wait_s: float | None,
        end: str | None,
        *,
        queue: str = "sales",
        number: int = 1,
        leg: str | None = None,
        line: int = 1,
    ) -> None:
        """A wait."""
        left_at = None if wait_s is None else at + seconds(wait_s)
        row = {"call_id": call, "number": number, "link": "main", "queue": queue, "line": line}
        self.rows[Visit].append(row | {"queued_at": at, "left_at": left_at, "end": end, "leg_id": leg})

    def leg(
        self,
        id_: str,
        call: str,
        agent: int,
        at: datetime,
        *,
        rings_s: float = 5,
        talk_s: float | None = 60,
        held_s: float = 0,
        wrap_up_s: float = 0,
        result: str = "answered",
        queue: str = "sales",
    ) -> None:
        """An agent's part; without a talk nobody answered."""
        answered_at = None if talk_s is None else at + seconds(rings_s)
        ended_at = at + seconds(rings_s + (talk_s or 0))
        row = {"id": id_, "call_id": call, "interface": f"PJSIP/{agent}", "user_id": agent, "queue": queue}
        row |= {"offered_at": at, "answered_at": answered_at, "ended_at": ended_at, "result": result}
        self.rows[Leg].append(row | {"held_s": held_s, "transferred_to": None})
        if wrap_up_s:
            done = {
                "began_at": ended_at,
                "ends_at": ended_at + seconds(30),
                "ended_at": ended_at + seconds(wrap_up_s),
            }
            self.rows[WrapUp].append(
                {"leg_id": id_, "call_id": call, "link": "main", "user_id": agent, "owed": False, **done}
            )

    def answered(self, id_: str, at: datetime, wait_s: float, agent: int = 1, **more: Any) -> None:
        """A call with one wait that an agent answered."""
        queue = more.pop("queue", "sales")
        leg = {name: more.pop(name) for name in ("talk_s", "held_s", "wrap_up_s", "result") if name in more}
        self.call(id_, at, queue, answered_at=at + seconds(wait_s), **more)
        self.leg(f"{id_}.1", id_, agent, at + seconds(wait_s - 5), queue=queue, **leg)
        self.visit(id_, at, wait_s, "answered", queue=queue, leg=f"{id_}.1")

    def abandoned(self, id_: str, at: datetime, wait_s: float, queue: str = "sales") -> None:
        """A caller who hung up while waiting."""
        self.call(id_, at, queue, end="abandoned")
        self.visit(id_, at, wait_s, "abandoned", queue=queue)

    def state(self, agent: int, state: str, begin: datetime, end: datetime | None, reason: str = "") -> None:
        """What an agent did."""
        row = {"user_id": agent, "state": state, "began_at": begin, "ended_at": end, "reason": reason}
        self.rows[AgentState].append(row)
