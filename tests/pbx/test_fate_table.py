"""The table of calls of known fate adds up."""

import pytest

from tests.pbx.fate_table import (
    EVERYTHING,
    QUEUES,
    TABLE,
    WHOLE,
    added,
    added_by_asterisk,
    added_to_agents,
    stays,
)
from tests.pbx.fates import PLAYS

ENDS = {"answered", "abandoned", "timed_out", "moved"}


def test_every_call_of_the_table_is_played() -> None:
    assert [call["name"] for call in TABLE["call"]] == list(PLAYS)


@pytest.mark.parametrize("queue", [*QUEUES, EVERYTHING])
def test_the_calls_make_the_whole(queue: str) -> None:
    figures, counted = WHOLE[queue], added(queue)
    counts = {key: value for key, value in figures.items() if isinstance(value, int)}
    assert counts == {key: counted[key] for key in counts}
    assert set(counted) <= set(counts)
    out_of = counted["answered"] + counted["abandoned"]
    assert figures["service_level"] == share(counted["in_time"], out_of)
    assert figures["abandon_rate"] == share(counted["abandoned"], out_of)
    assert figures["transfer_rate"] == share(counted["transfers"], counted["handled"])


@pytest.mark.parametrize("queue", QUEUES)
def test_and_asterisks(queue: str) -> None:
    counted, told = added_by_asterisk(queue), WHOLE[queue]["asterisk"]
    completed, abandoned = counted["completed"], counted["abandoned"]
    in_time = counted["completed_in_time"]
    assert (told["completed"], told["abandoned"]) == (completed, abandoned)
    assert told["perf"] == percent(in_time, completed)
    assert told["perf2"] == percent(in_time + counted["abandoned_in_time"], completed + abandoned)


def test_every_stay_ends_in_one_way() -> None:
    for stay in stays():
        assert len(stay.adds & ENDS) == 1, stay
        assert "offered" in stay.adds, stay


def test_the_calls_make_the_agents() -> None:
    counted, told = added_to_agents(), TABLE["agents"]
    assert told == {name: {key: counted[name][key] for key in figures} for name, figures in told.items()}
    assert set(counted) == set(TABLE["agents"])


def share(count: int, of: int) -> str:
    return f"{count}/{of}" if of else "nothing"


def percent(count: int, of: int) -> str:
    return f"{100 * count / of if of else 0:.1f}"
