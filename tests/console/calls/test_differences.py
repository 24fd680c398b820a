"""What a resync put right is counted by kind, each leg once."""

from collections import Counter
from dataclasses import replace

import pytest

from console.calls.differences import Difference, Resync, differences
from console.calls.register import Register
from telephony.events import CallEvent
from tests.console.calls.happened import (
    CALL,
    answered,
    ended,
    held,
    leg,
    leg_ended,
    lived,
    offered,
    queued,
    resynced,
)


@pytest.mark.parametrize(
    ("believed", "happened", "kinds"),
    [
        ([offered()], [answered()], ["answer_unheard"]),
        ([offered()], [answered(), held()], ["answer_unheard"]),
        ([offered(), answered()], [held()], ["hold_differs"]),
        ([queued()], [offered()], ["leg_found"]),
        ([queued()], [offered(1), answered(1), offered(2)], ["leg_found", "leg_found"]),
        ([offered(), answered()], [leg_ended()], ["leg_gone"]),
        ([queued()], [queued(7, "sales")], ["queue_changed"]),
        ([offered(), answered()], [leg_ended(), queued(7, "sales")], ["leg_gone", "queue_changed"]),
        ([queued()], [queued(7)], []),
        ([offered()], [ended()], []),  # heard, though late
    ],
)
def test_kinds(believed: list[CallEvent], happened: list[CallEvent], kinds: list[str]) -> None:
    assert differences(lived(*believed), lived(*believed, *happened)) == kinds


def test_a_leg_of_which_only_later_events_were_heard_is_found() -> None:
    before = lived(queued(), answered())
    assert differences(before, lived(queued(), answered(), offered())) == ["leg_found"]
    assert differences(before, replace(before, dialled="1")) == []


def test_a_call_counts_as_a_whole() -> None:
    calls, resync = Register(), Resync(first=False)
    calls.take(queued())
    calls.take(offered(3, call="main-3"))
    for event in (offered(), answered(), queued(call="main-2"), offered(2, call="main-2")):
        step = calls.take(event)
        assert step is not None
        resync.changed(step)
    for found in calls.reconcile(resynced(CALL, "main-2", legs=(leg(1), leg(2, "main-2")))):
        if found is not None:
            resync.changed(found)
    resync.pauses = 2
    assert resync.differences() == Counter(
        {
            Difference.LEG_FOUND: 1,
            Difference.CALL_FOUND: 1,
            Difference.CALL_LOST: 1,
            Difference.PAUSE_DIFFERS: 2,
        }
    )


def test_no_difference_is_none() -> None:
    assert not Resync(first=True).differences()
