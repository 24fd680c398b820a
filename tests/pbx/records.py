"""What the record of a call says, in the words of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

CLOCK = timedelta(seconds=0.5)
"""Asterisk takes its time from the same clock, but tells it before or after it has told the phone."""

Part = tuple[str, str | None, str]
"""One agent's part: name (of the e-mail), queue or None, result."""


def parts(call: dict[str, Any]) -> list[Part]:
    """The legs in their order."""
    return [(_name(leg["agent"]), leg["queue"], leg["result"]) for leg in call["legs"]]


def pops(call: dict[str, Any]) -> dict[str, str]:
    """The last state of everybody's pop, of which there is one each."""
    states = {_name(pop["agent"]): pop["state"] for pop in call["pops"]}
    assert len(states) == len(call["pops"]), "an agent with two pops of one call"
    return states


def times_fit(call: dict[str, Any]) -> None:
    """Every moment is told that there was, and they are in order."""
    assert call["started_at"] <= call["ended_at"]
    for leg in call["legs"]:
        talked = leg["result"] in {"answered", "transferred"}
        assert talked == (leg["answered_at"] is not None), leg
        moments = [leg["offered_at"], *([leg["answered_at"]] if talked else []), leg["ended_at"]]
        assert moments == sorted(moments), leg
        assert call["started_at"] <= leg["offered_at"], leg
        assert leg["ended_at"] <= call["ended_at"], leg
    answers = [leg["answered_at"] for leg in call["legs"] if leg["answered_at"]]
    assert call["answered_at"] == min(answers, default=None)
    offers = [leg["offered_at"] for leg in call["legs"]]
    assert offers == sorted(offers)


@dataclass(slots=True)
class Stopwatch:
    """When the test did what, to compare with what the record says of it."""

    spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    @contextmanager
    def times(self, what: str) -> Iterator[None]:
        """`what` happens in this block."""
        began = datetime.now(UTC)
        yield
        self.spans[what] = (began, datetime.now(UTC))

    def agrees(self, what: str, told: str | None) -> None:
        """The record tells this moment of it."""
        assert told is not None, what
        began, ended = self.spans[what]
        assert began - CLOCK <= datetime.fromisoformat(told) <= ended + CLOCK, (what, told, began, ended)


def _name(agent: str) -> str:
    return agent.partition("@")[0]
