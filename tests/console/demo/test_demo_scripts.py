"""Every script of the demo is picked for somebody who calls in the demo."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from console.db.engine import Sessions
from console.demo.actions import fill
from console.demo.queries import build_population
from console.demo.team import QUEUES
from console.facts.call import CallFacts, call_facts
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.scripts.library import Library
from console.settings import Settings
from telephony.simulator.population import SimulatedCaller

pytestmark = pytest.mark.slow  # writes the whole demo, again and again

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SETTINGS = Settings()


@pytest.fixture
async def picked(sessions: Sessions, database_url: str) -> Counter[str]:
    """How many of the callers get each script."""
    library = Library()
    async with sessions() as session, session.begin():
        await fill(session, NOW, SETTINGS.time_zone)
        await session.flush()
        await library.refresh(session)
        population = await build_population(session, 7, NOW)
    async with open_fact_reader(database_url) as reader:
        knowledge = Knowledge(reader, SETTINGS)
        return Counter([await pick(knowledge, library, caller) for caller in population.callers])


async def pick(knowledge: Knowledge, library: Library, caller: SimulatedCaller) -> str:
    known = await knowledge.of_call("sim", caller.caller, "sim-1.1", NOW)
    queue = next(queue for queue in QUEUES if queue.name == caller.queues[0])
    call = call_facts(
        CallFacts(queue.name, "inbound", "501", queue.line, 3.0, False), NOW, SETTINGS.time_zone
    )
    script = library.index.pick({**known.facts, **call}, NOW.date()).script
    assert script is not None
    return script.key


async def test_each_script_has_its_callers(picked: Counter[str]) -> None:
    assert set(picked) == {
        "birthday",
        "company-customer",
        "drifting-away",
        "fallback-line-1",
        "fallback-line-2",
        "good-customer",
        "handed-over-case",
        "late-delivery",
        "open-complaint",
        "printer-without-ink",
        "second-call-today",
        "unknown-caller",
        "withheld-number",
    }


async def test_no_script_takes_it_all(picked: Counter[str]) -> None:
    assert max(picked.values()) < 0.4 * picked.total()
