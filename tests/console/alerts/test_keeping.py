"""The alerts that boards show are on the bus as they are on record, whoever compares."""

from dataclasses import replace

from console.alerts.keeping import ALERTS, AlertList
from console.alerts.log import SHOWN, see_alert
from console.db.engine import Sessions
from console.db.writing import write
from console.live.bus import Snapshot
from console.live.memory_bus import MemoryBus
from tests.conftest import NOW
from tests.console.alerts.test_course import at
from tests.console.alerts.test_log import AN_ALERT, keep
from tests.fakes.story import people


async def test_what_is_shown_follows_what_is_on_record(sessions: Sessions) -> None:
    await people(sessions)
    bus, moment = MemoryBus(), [NOW]
    alerts = AlertList(sessions, bus, lambda: moment[0])
    await keep(sessions, AN_ALERT)
    await alerts.compare()
    [(key, value)] = (await bus.snapshot(ALERTS)).entries.items()
    assert (value["queue"], value["figure"], value["level"], value["worst"]) == (
        *("support", "waiting", "yellow", "red"),
    )
    assert (value["began_at"], value["ended_at"], value["seen"]) == (at(-100).isoformat(), None, [])
    await write(sessions, lambda session: see_alert(session, int(key), 1, at(5)))
    await keep(sessions, replace(AN_ALERT, ended_at=at(7)))
    await alerts.compare()
    [value] = (await bus.snapshot(ALERTS)).entries.values()
    assert value["ended_at"] == at(7).isoformat()
    assert [(each["user_id"], each["at"]) for each in value["seen"]] == [(1, at(5).isoformat())]
    moment[0] = at(8) + SHOWN
    await alerts.compare()
    assert (await bus.snapshot(ALERTS)).entries == {}


async def test_what_has_not_changed_is_not_said_again(sessions: Sessions) -> None:
    bus = MemoryBus()
    alerts = AlertList(sessions, bus, lambda: NOW)
    await keep(sessions, AN_ALERT)
    await alerts.compare()
    number = (await bus.snapshot(ALERTS)).number
    await alerts.compare()
    assert (await bus.snapshot(ALERTS)).number == number


async def test_a_bus_that_is_away_is_asked_next_time(sessions: Sessions) -> None:
    class Away(MemoryBus):
        async def snapshot(self, topic: str) -> Snapshot:
            raise ConnectionError(topic)

    await AlertList(sessions, Away(), lambda: NOW).compare()
