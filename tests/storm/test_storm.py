"""10,000 calls with all faults on, browsers reconnecting at random: one pop per offer, and nothing left over.

`make storm` prints the counts."""

import pytest

from console.calls import delivery
from console.db.engine import Sessions
from telephony.simulator.faults import Fault
from tests.storm.storm import rage
from tests.storm.verdict import ATTENDED, judge

CALLS = 10_000


pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def test_each_offer_pops_once_and_nothing_is_left_over(sessions: Sessions, database_url: str) -> None:
    storm = await rage(sessions, database_url, calls=CALLS, seed=7)
    verdict = await judge(storm, sessions)
    print(verdict.report())
    assert not verdict.wrong
    assert verdict.counts["calls"] >= CALLS
    assert all(verdict.counts[f"fault: {fault}"] > 0 for fault in Fault)
    assert verdict.counts[ATTENDED] > 0.6 * verdict.counts["offers"]
    for reason in (delivery.NO_DESK, delivery.NOT_CONFIRMED):
        assert verdict.counts[f"pops not shown: {reason}"] > 0


@pytest.mark.parametrize(
    ("part", "promise"),
    [
        ("console.calls.register.Register.reconcile", "none left over on a screen"),
        ("console.desk.news.PopNews.shown", "confirmed by a browser, so shown on record"),
    ],
)
async def test_a_console_that_is_broken_would_be_noticed(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch, part: str, promise: str
) -> None:
    monkeypatch.setattr(part, lambda *_args: [])
    storm = await rage(sessions, database_url, calls=100, seed=7)
    verdict = await judge(storm, sessions)
    assert promise in {wrong.partition(": ")[0] for wrong in verdict.wrong}
