"""`tests/cases/fates.toml` as values: what each call adds to which figure, and what that makes."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "cases" / "fates.toml"
EVERYTHING = "*"

TABLE: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
WHOLE: dict[str, dict[str, Any]] = TABLE["whole"]
QUEUES = [queue for queue in WHOLE if queue != EVERYTHING]


@dataclass(frozen=True, slots=True)
class Stay:
    """A caller's stay in one queue: how long by the script, the figures that grow by one, and the counters of
    Asterisk that do."""

    call: str
    queue: str
    wait_s: float
    adds: frozenset[str]
    asterisk: frozenset[str]


def stays() -> list[Stay]:
    """All of them, in the order of the table."""
    return [_stay(call["name"], line) for call in TABLE["call"] for line in call["adds"]]


def _stay(call: str, line: str) -> Stay:
    ours, _, theirs = line.partition("|")
    queue, wait_s, *adds = ours.split()
    return Stay(call, queue, float(wait_s), frozenset(adds), frozenset(theirs.split()))


def added(queue: str) -> Counter[str]:
    """What the stays in a queue, or in any, add to the figures."""
    return Counter(figure for stay in _in(queue) for figure in stay.adds)


def added_by_asterisk(queue: str) -> Counter[str]:
    """The same of Asterisk's counters."""
    return Counter(counter for stay in _in(queue) for counter in stay.asterisk)


def added_to_agents() -> dict[str, Counter[str]]:
    """What the calls add to the figures of each agent."""
    found: dict[str, Counter[str]] = {}
    for call in TABLE["call"]:
        for line in call.get("agents", ()):
            agent, *figures = line.split()
            found.setdefault(agent, Counter()).update(figures)
    return found


def waits_of(queue: str, figure: str) -> list[float]:
    """How long by the script those waited who add to this figure, shortest first."""
    return sorted(stay.wait_s for stay in _in(queue) if figure in stay.adds)


def _in(queue: str) -> list[Stay]:
    return [stay for stay in stays() if queue in {stay.queue, EVERYTHING}]
