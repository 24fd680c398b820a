"""Past calls with their picks, and the pages on which scripts are tried on them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from console.calls.models import Call, Leg, Pick
from console.calls.picks import read_facts, write_facts
from console.customers.models import Customer
from console.db.engine import Sessions
from console.identity.models import User
from console.scripts.actions import import_scripts
from console.scripts.yaml_files import read_documents
from scripts_engine.codec import script_from_dict
from scripts_engine.facts import Facts, FactValue
from scripts_engine.selection import applies, rank
from tests.scripts_engine.making import TODAY

STEPS = 'steps: [{id: greet, say: "Good day.", end: done}]'
LATE = f"""
script: late
title: Apologise for a late delivery
priority: 80
when: purchases.late_open >= 1
{STEPS}
"""
REPEAT = f"""
script: repeat
title: Caller calls again
priority: 60
when: contacts.calls_7d >= 2
{STEPS}
"""
ANYTHING = f"""
script: anything
title: Anything else
priority: 0
{STEPS}
"""
PUBLISHED = f"{LATE}---{REPEAT}---{ANYTHING}"
CHANGED = LATE.replace(">= 1", ">= 3")
"""Another condition: whoever has one or two late orders gets another script."""


async def publish(sessions: Sessions, at: datetime, text: str = PUBLISHED, *, draft: bool = False) -> None:
    """Store scripts."""
    async with sessions.begin() as session:
        await import_scripts(session, text, publish=not draft, at=at)


def plainly(text: str, facts: Facts) -> str | None:
    """The key of the pick, by judging every script of a file one by one."""
    scripts = [script_from_dict(document.value) for document in read_documents(text, "test")]
    found = [script for script in scripts if applies(script, facts, TODAY)]
    return min(found, key=rank).key if found else None


class Yesterday:
    """Stores past calls, an hour apart, each offered to Ana."""

    def __init__(self, sessions: Sessions, now: datetime) -> None:
        self.sessions = sessions
        self.now = now
        self._count = 0

    async def people(self) -> None:
        """Ana, and Jozef of a long name."""
        async with self.sessions.begin() as session:
            ana = User(id=1, email="ana@shop.example", name="Ana", role="agent", password_hash="-")
            ana.created_at = self.now
            jozef = Customer(id=1, ref="C/1", name="Jozef Mrkva", created_at=self.now, updated_at=self.now)
            session.add_all([ana, jozef])

    async def call(
        self,
        given: Mapping[str, FactValue] | None = None,
        *,
        legs: int = 1,
        picked: str | None = "anything",
        **values: Any,
    ) -> str:
        """A call with these facts (None: none are stored); its id."""
        self._count += 1
        id_, at = f"main-{self._count:03}", self.now - timedelta(hours=self._count)
        usual = {"direction": "inbound", "state": "ended", "number": "", "customer_id": None}
        call = Call(id=id_, link="main", caller_name="", **({"started_at": at} | usual | values))
        async with self.sessions.begin() as session:
            session.add(call)
            await session.flush()
            for leg in range(legs):
                session.add(
                    Leg(id=f"{id_}.{leg}", call_id=id_, interface="PJSIP/a1", user_id=1, offered_at=at)
                )
                if given is not None:
                    session.add(_pick(f"{id_}.{leg}", call, at, given, picked))
        return id_

    async def facts(self) -> dict[str, dict[str, FactValue]]:
        """The stored facts by call."""
        async with self.sessions() as session:
            rows = await session.execute(select(Pick.call_id, Pick.facts).where(Pick.facts.is_not(None)))
            return {call: read_facts(text or "") for call, text in rows}


def _pick(id_: str, call: Call, at: datetime, given: Mapping[str, FactValue], picked: str | None) -> Pick:
    known = {"script_key": picked, "script_version": 1 if picked else None, "facts": write_facts(given)}
    return Pick(id=id_, call_id=call.id, at=at, today=at.date(), queue="support", line=1, **known)
