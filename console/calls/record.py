"""A call as it is believed to be right now, with the delivery of its pops: what the recorder writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from console.customers.learning import Learnt
from console.handover.records import NOTHING_SAID, HandedOver
from scripts_engine.facts import Facts
from telephony.events import LegId, LegResult
from telephony.lifecycle import Call, CallState


@dataclass(slots=True)
class PopRecord:
    """How far one pop got. `state` goes offered, sent, shown, then answered, ended or withdrawn; it is
    not_shown, with the reason, when the browser never said that it had the pop in its document. `result` is
    the leg's and `over_at` the time, once it ended. `put`: it was put on its agent's desk; `hindrance` says
    what has kept it from there. `packet`: whether a call that was handed over came with what is known of it;
    `answered_at` is by our clock."""

    user_id: int | None
    offered_at: datetime
    state: str = "offered"
    reason: str | None = None
    sent_at: datetime | None = None
    shown_at: datetime | None = None
    visible: bool | None = None
    result: LegResult | None = None
    over_at: datetime | None = None
    put: bool = False
    hindrance: str | None = None
    packet: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PickRecord:
    """What was picked for an offer (None: nothing), on the day `today`, by these facts; they are None once
    the caller is to be forgotten."""

    at: datetime
    today: date
    facts: Facts | None
    queue: str | None
    line: int | None
    script_key: str | None = None
    script_version: int | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """What was written on a leg before this process began."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A walk through version `version` of the script `key`: the `number`th of its call, after `revision`
    steps of it. `reason` is why an agent took this script instead of the one that was picked."""

    number: int
    revision: int
    key: str
    version: int
    reason: str | None
    started_at: datetime
    walk: Mapping[str, Any]

    @property
    def age(self) -> tuple[int, int]:
        """The greater, the newer."""
        return self.number, self.revision


@dataclass(slots=True)
class CallRecord:
    """A call with what Lineside found out and did about it. `users` maps each leg to its agent's user id;
    `picks` has what was picked and is not on record yet; `learnt` is what agents said of who calls, oldest
    first; `run` the walk through a script that has begun; `handed_over` what was said when it was handed
    over, `satisfaction` the caller's, 1 to 5, as an agent noted it, and `outcome` what they chose of how it
    ended (the recorder writes none of these); `held_back` are the legs for which calls were held back,
    `wrapped` those that are or were finished; `lines` has the line of each queue as it was when the call came
    there first; `recorded` is the state in which the call is on record by now, if it is or may be, and
    `visits_recorded` how many of its waits are at most."""

    call: Call
    line: int | None = None
    number: str = ""
    identified: str | None = None
    customer_id: int | None = None
    script_key: str | None = None
    script_version: int | None = None
    script_sentence: str | None = None
    users: dict[LegId, int | None] = field(default_factory=dict)
    pops: dict[LegId, PopRecord] = field(default_factory=dict)
    picks: dict[LegId, PickRecord] = field(default_factory=dict)
    notes: dict[LegId, NoteRecord] = field(default_factory=dict)
    learnt: tuple[Learnt, ...] = ()
    run: RunRecord | None = None
    handed_over: HandedOver = NOTHING_SAID
    satisfaction: int | None = None
    outcome: str | None = None
    held_back: set[LegId] = field(default_factory=set)
    wrapped: set[LegId] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)
    recorded: CallState | None = None
    visits_recorded: int = 0

    @property
    def claimed(self) -> str | None:
        """The customer who calls by an agent's word."""
        return self.learnt[-1].claims if self.learnt else None

    @property
    def open_on_record(self) -> bool:
        """Whether the record says, until the end is written, that the call is going on."""
        return self.recorded not in {None, CallState.ENDED}
