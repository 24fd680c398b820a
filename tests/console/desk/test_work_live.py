"""What is pushed is what the page drew when it was loaded."""

from dataclasses import replace

from console.db.engine import Sessions
from console.desk.work_live import WorkRenderer
from console.identity.models import Role
from console.live.bus import Change
from console.live.memory_bus import MemoryBus
from console.worklist.actions import Doing, Kind, change, claiming
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.worklist.called import LASTS, MINUTE, MISSED_AT, happened, record, worklist
from tests.fakes.pages import ZONE, templates_in
from tests.fakes.story import people

RENDERER = WorkRenderer(templates_in(), ZONE)


def test_who_sees_which_lines() -> None:
    assert RENDERER.topics(viewer_of(1)) == ["work:1"]
    assert RENDERER.topics(replace(viewer_of(1), line=2)) == ["work:2"]
    assert RENDERER.topics(replace(viewer_of(1), role=Role.SUPERVISOR)) == ["work:1", "work:2"]


async def test_changes_make_what_a_snapshot_draws(sessions: Sessions) -> None:
    await people(sessions)
    bus = MemoryBus()
    kept = worklist(sessions, bus)
    drawn: dict[str, str] = {}

    async def follow() -> None:
        before = (await bus.snapshot("work:1")).entries
        await kept.compare()
        after = (await bus.snapshot("work:1")).entries
        for key in before | after:
            if before.get(key) != after.get(key):
                told = Change("work:1", 1, key, after.get(key), new=key not in before)
                _take(drawn, told)

    await happened(sessions, record(MISSED_AT), record(MISSED_AT, number=""))
    await follow()
    await change(sessions, Kind.MISSED, 1, claiming, Doing(viewer_of(1), NOW, LASTS))
    await happened(sessions, record(MISSED_AT + MINUTE, number="+421905000001", queue="support"))
    await follow()
    await happened(sessions, record(MISSED_AT + 2 * MINUTE, answered=2))
    await follow()
    html = RENDERER.snapshot(await bus.snapshot("work:1"), "en")
    assert len(drawn) == 3
    for each in drawn.values():
        assert " ".join(each.split()) in " ".join(html.split())


def _take(drawn: dict[str, str], told: Change) -> None:
    fragment = RENDERER.change(told, "en")
    assert fragment is not None
    if told.new:
        assert (fragment.target, fragment.swap) == ('[data-topic="work:1"]', "beforeend")
    else:
        assert fragment.swap == "outerMorph"
        assert f'id="{fragment.target[1:]}"' in fragment.html
    drawn[told.key] = fragment.html


def test_what_is_gone_goes() -> None:
    for key, target in (("missed:7", "#work-missed-7"), ("withheld", "#work-withheld-2")):
        fragment = RENDERER.change(Change("work:2", 1, key, None, new=False), "en")
        assert fragment is not None
        assert (fragment.target, fragment.swap, fragment.html) == (target, "delete", "")
