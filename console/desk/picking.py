"""Which script fits this offer, and its first step filled in."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from console.calls.record import PickRecord
from console.desk.composition import NOTHING_PICKED, Picked
from console.facts.call import CallFacts, call_facts
from console.facts.known import Known
from console.queues.directory import Agent, QueueInfo
from console.scripts.attributes import AttributeWatch
from console.scripts.failures import Failure, Failures
from console.scripts.library import Library
from console.scripts.rendering import REGION, Context, Renderer
from scripts_engine.facts import Facts
from telephony.events import Direction, LegResult
from telephony.lifecycle import Call, Leg

NOTHING_ANSWERED: Mapping[str, object] = {}

NO_STEP = "its checks lead to no step that the agent sees"


class Picking:
    """Picks by the facts of the records and of the call. What a script fails at is told to its author."""

    def __init__(self, library: Library, renderer: Renderer, zone: ZoneInfo, failures: Failures) -> None:
        self._library = library
        self._renderer = renderer
        self._zone = zone
        self._failures = failures
        self._attributes = AttributeWatch()

    def pick(
        self, call: Call, leg: Leg, agent: Agent, queue: QueueInfo | None, known: Known, *, at: datetime
    ) -> Picked:
        """The script for this offer as of `at`. Scripts are for customers: colleagues need none."""
        if call.direction is Direction.INTERNAL:
            return NOTHING_PICKED
        of_call = _of_call(call, leg, queue.line if queue else agent.line)
        facts = {**known.facts, **call_facts(of_call, at, self._zone)}
        today = at.astimezone(self._zone).date()
        pick = self._library.index.pick(facts, today)
        self._watch(facts, at, call)
        where = of_call.queue, of_call.line
        if pick.script is None:
            return Picked(pick, 0, None, of_call, PickRecord(at, today, facts, *where))
        version = self._library.version(pick.script.key)
        noted = PickRecord(at, today, facts, *where, pick.script.key, version)
        tell = self._failures.teller(pick.script.key, version, at, call.id)
        step = self._renderer.first_step(pick.script, context_of(known, of_call, agent, facts), tell)
        if step is None:
            tell("", NO_STEP)
        return Picked(pick, version, step, of_call, noted)

    def _watch(self, facts: Facts, at: datetime, call: Call) -> None:
        """Tell the authors of scripts that are not picked because the records are not as they expect."""
        for key, why in self._attributes.look(self._library.asked, facts, call.id):
            self._failures.note(Failure(key, self._library.version(key), "", why), at, call.id)


def context_of(
    known: Known,
    of_call: CallFacts,
    agent: Agent,
    facts: Facts,
    answers: Mapping[str, object] = NOTHING_ANSWERED,
) -> Context:
    """What the texts of a script may name."""
    return {
        "customer": known.customer,
        "company": known.company,
        "orders": known.orders,
        "late_orders": known.late_orders,
        "open_cases": known.open_cases,
        "call": of_call,
        "agent": agent,
        "answers": answers,
        "facts": facts,
        REGION: known.identification.number.region,
    }


def _of_call(call: Call, leg: Leg, line: int) -> CallFacts:
    waited_s = max(0.0, (leg.offered_at - call.started_at).total_seconds())
    transferred = any(other.result is LegResult.TRANSFERRED for other in call.legs)
    return CallFacts(leg.queue, call.direction.value, call.dialled, line, waited_s, transferred)
