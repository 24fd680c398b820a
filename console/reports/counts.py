"""All that is counted of one row of a report. Pure; counts of rows add up to those of the whole."""

from collections import Counter
from dataclasses import dataclass, field

from console.calls.delivery import Packet
from console.figures.agents import AgentTime
from console.figures.contacts import Resolution
from console.figures.promises import Kept
from console.figures.shares import Share
from console.figures.tally import Tally
from console.figures.times import Times

NONE = Share(0, 0)
CAME_LATE = frozenset({Packet.LATE, Packet.NOT_SHOWN, Packet.UNKNOWN})
"""The agent answered without having seen what is known of the call."""

SETTLED = CAME_LATE | {Packet.SHOWN}


@dataclass(slots=True)
class Counts:
    """Visits and what agents did with them (`tally`), their time, ratings from 1 to 5, first contacts,
    milliseconds until pops were shown, calls that came over with their packet or not, and what came of
    offers, call-backs and cases."""

    tally: Tally = field(default_factory=Tally)
    agents: AgentTime = field(default_factory=AgentTime)
    ratings: Counter[int] = field(default_factory=Counter)
    contacts: Resolution = field(default_factory=Resolution)
    shown_ms: Counter[int] = field(default_factory=Counter)
    without_packet: Share = NONE
    offers: Share = NONE
    callbacks: Kept = field(default_factory=lambda: Kept(NONE, 0, 0))
    cases: Times = field(default_factory=Times)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.tally + other.tally,
            self.agents + other.agents,
            self.ratings + other.ratings,
            self.contacts + other.contacts,
            self.shown_ms + other.shown_ms,
            self.without_packet + other.without_packet,
            self.offers + other.offers,
            self.callbacks + other.callbacks,
            self.cases + other.cases,
        )
