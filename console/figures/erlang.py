"""How many agents a half-hour needs: Erlang C.

Calls come in at random (Poisson) and last any time (exponential); whoever finds all agents busy waits, and
nobody hangs up. The formula is Erlang's (Solution of some problems in the theory of probabilities of
significance in automatic telephone exchanges, 1917); how call centers use it, and where it errs: Gans, Koole
and Mandelbaum, Telephone Call Centers, Manuf. Serv. Oper. Manag. 5 (2003), 79. As callers do hang up, it asks
for rather too many agents where waits are long.

The load in erlangs is calls times handling time over the length of the interval: so many agents would be busy
without a pause.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, exp

HALF_HOUR_S = 1800.0


@dataclass(frozen=True, slots=True)
class Staffing:
    """How it is with so many `agents`: the probability that a caller waits, the share answered within the
    limit, the average speed of answer over all callers in seconds, and the share of the agents' time that is
    taken. `scheduled` are those who must be on the roster for it."""

    agents: int
    scheduled: int
    erlangs: float
    waiting: float
    service_level: float
    asa_s: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Target:
    """Which share of callers is to be answered within how many seconds; `shrinkage` is the share of the time
    on the roster that goes to breaks, training, illness."""

    share: float = 0.8
    within_s: float = 20.0
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"A target is a share between 0 and 1, such as 0.8; {self.share} is not.")
        if not 0 <= self.shrinkage < 1:
            raise ValueError(f"Shrinkage is a share from 0 to below 1, such as 0.3; {self.shrinkage} is not.")


def erlangs(calls: float, aht_s: float, length_s: float = HALF_HOUR_S) -> float:
    """The load of so many calls in an interval of `length_s`, each handled for `aht_s` seconds."""
    return calls * aht_s / length_s


def waiting_probability(agents: int, load: float) -> float:
    """Erlang C: the probability that a caller must wait. 1 when there are not more agents than load: then
    the queue only grows."""
    return 1.0 if agents <= load else _delay(agents, load, _blocked_with(agents, load))


def agents_needed(calls: float, aht_s: float, target: Target, length_s: float = HALF_HOUR_S) -> Staffing:
    """The fewest agents that reach the target, and how it is with them. No calls need nobody."""
    load = erlangs(calls, aht_s, length_s)
    if not load:
        return Staffing(0, 0, 0.0, 0.0, 1.0, 0.0, 0.0)
    tried = (
        _staffing(agents, load, _delay(agents, load, blocked), aht_s, target)
        for agents, blocked in _blocked(load)
        if agents > load
    )
    return next(each for each in tried if each.service_level >= target.share)


def staffing(
    agents: int, calls: float, aht_s: float, target: Target, length_s: float = HALF_HOUR_S
) -> Staffing | None:
    """How it is with so many agents; None when they are not more than the load, so that the queue only
    grows."""
    load = erlangs(calls, aht_s, length_s)
    return (
        _staffing(agents, load, waiting_probability(agents, load), aht_s, target) if agents > load else None
    )


def _staffing(agents: int, load: float, waiting: float, aht_s: float, target: Target) -> Staffing:
    spare = agents - load
    return Staffing(
        agents=agents,
        scheduled=ceil(agents / (1 - target.shrinkage)),
        erlangs=load,
        waiting=waiting,
        service_level=1 - waiting * exp(-spare * target.within_s / aht_s) if waiting else 1.0,
        asa_s=waiting * aht_s / spare,
        occupancy=load / agents,
    )


def _delay(agents: int, load: float, blocked: float) -> float:
    """Erlang C out of Erlang B, the probability `blocked` that all are busy where nobody waits."""
    return agents * blocked / (agents - load * (1 - blocked))


def _blocked(load: float) -> Iterator[tuple[int, float]]:
    """Erlang B for 1, 2, 3, ... agents. Each from the one before: every step is between 0 and 1, so nothing
    overflows, as powers and factorials would for some hundred agents."""
    blocked, agents = 1.0, 0
    while True:
        agents += 1
        blocked = load * blocked / (agents + load * blocked)
        yield agents, blocked


def _blocked_with(agents: int, load: float) -> float:
    return next(blocked for number, blocked in _blocked(load) if number == agents)
