"""What is on which agent's screen now: pops and presence, pushed over the bus."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from console.calls.record import NoteRecord
from console.desk.forgetting import NOBODY, customers_of, without
from console.desk.pop import BESIDE, NOTE_PREFIX, PRESENCE_KEY, RUN_PREFIX, Pop, PopRun, is_pop
from console.desk.presence import DIALLED, Presences, activity
from console.live.bus import Bus, Change, Value
from console.live.puts import Puts
from telephony.events import CallId, End, LegId

MOST_FINISHED = 8
"""Finished pops that stay on a desk until the agent is done with them; older ones go by themselves."""

MOST_OPEN = 50
"""Pops of one desk that ring or talk: a phone rings for a few calls at once, and each new pop makes work with
those beside it. More are forged, and are refused."""

DESK = "desk:"

_FINISHED = {"ended", "withdrawn"}


def desk_topic(user_id: int) -> str:
    """The topic of one agent's desk."""
    return f"{DESK}{user_id}"


class Screens:
    """The pops that calls on our own links brought to any desk. Each change is one numbered change of the
    agent's topic. `presences`: what that means for the agents; `adopted` is called when pops of an earlier
    process were taken over, of which this one knows nothing yet."""

    def __init__(self, bus: Bus, adopted: Callable[[], object] = lambda: None) -> None:
        self._bus = bus
        self._adopted = adopted
        self._puts = Puts(bus)
        self._pops: dict[LegId, Pop] = {}
        self._desks: defaultdict[int, list[LegId]] = defaultdict(list)
        self._written: set[LegId] = set()
        self.presences = Presences(self._puts, desk_topic)

    async def adopt(self, user_id: int) -> None:
        """Take over what an earlier process left on a desk of our links, and learn what others put there.
        What is known already is newer."""
        snapshot = await self._bus.snapshot(desk_topic(user_id))
        for key, value in snapshot.entries.items():
            if key.startswith(NOTE_PREFIX):
                self.written(LegId(str(value["leg"])), str(value["text"]))
            elif key == PRESENCE_KEY:
                self.presences.hear(user_id, value)
            elif is_pop(key) and key not in self._pops:
                self._adopt_pop(user_id, LegId(key), value)
        self._adopted()

    def _adopt_pop(self, user_id: int, leg: LegId, value: Value) -> None:
        if value["link"] in self.presences.own:
            self._pops[leg] = value  # type: ignore[assignment] # written by `show`
            self._desks[user_id].append(leg)
        self.presences.hear_pop(user_id, leg, value)

    def hear(self, change: Change) -> None:
        """Somebody changed a desk: this process, another that listens, or the agent."""
        user_id, leg, value = int(change.topic.removeprefix(DESK)), LegId(change.key), change.value
        if change.key == PRESENCE_KEY:
            if value is not None:
                self.presences.hear(user_id, value)
        elif leg in self._pops:
            if value is None and self._pops[leg]["state"] in _FINISHED:
                self._forget(user_id, leg)
        elif value is None or value.get("link", "") not in {"", *self.presences.own}:
            self.presences.hear_pop(user_id, leg, value)

    async def adopt_diallers(self) -> None:
        """Learn who is on internal calls of others' links."""
        await self.presences.adopt_diallers((await self._bus.snapshot(DIALLED)).entries)

    def unfinished(self, link: str) -> list[LegId]:
        """The legs of a link whose pops are still ringing or answered."""
        return [
            leg for leg, pop in self._pops.items() if pop["link"] == link and pop["state"] not in _FINISHED
        ]

    def has_room(self, user_id: int, leg: LegId) -> bool:
        """Whether a pop may go on the desk, or is there."""
        if leg in self._pops or len(self._desks[user_id]) < MOST_OPEN:
            return True
        return sum(self._pops[one]["state"] not in _FINISHED for one in self._desks[user_id]) < MOST_OPEN

    async def show(self, pop: Pop) -> bool:
        """Put a pop on its agent's desk, then tidy the desk. Whether the bus took it by now."""
        leg, user_id = LegId(pop["leg"]), pop["user_id"]
        self._pops[leg] = pop
        if leg not in self._desks[user_id]:
            self._desks[user_id].append(leg)
        self.presences.pop(user_id, leg, pop["link"], activity(pop))
        gone = self._tidy(user_id)  # decided before anything is awaited: other calls pop at this desk, too
        arrived = await self._put(user_id, leg, pop)
        for old in gone:
            await self._take_away(user_id, old)
        return arrived

    def written(self, leg: LegId, text: str) -> None:
        """The agent wrote `text` on a pop: it does not go by itself while there is any."""
        (self._written.add if text.strip() else self._written.discard)(leg)

    async def change(self, leg: LegId, **values: Any) -> None:
        """Change values of a pop that is on a desk; nothing when it is on none."""
        pop = self._pops.get(leg)
        if pop is None:
            return
        changed: Pop = {**pop, **values}  # type: ignore[typeddict-item] # names are the pop's own
        if changed != pop:
            self._pops[leg] = changed
            self.presences.pop(pop["user_id"], leg, pop["link"], activity(changed))
            await self._put(pop["user_id"], leg, changed)

    def named(self) -> tuple[set[str], set[str]]:
        """The calls of all pops, and the keys of the customers whom pops name as callers or candidates."""
        pops = self._pops.values()
        return {pop["call"] for pop in pops}, {ref for pop in pops for ref in customers_of(pop)}

    async def forget_callers(self, calls: Collection[str], refs: Collection[str]) -> None:
        """The callers of these calls were erased, these customers are not on record any more: finished calls
        of theirs go from the desks, others do not name them."""
        for leg, pop in list(self._pops.items()):
            erased = pop["call"] in calls or (pop["customer"] is not None and pop["customer"]["ref"] in refs)
            if erased and pop["state"] in _FINISHED:
                self._forget(pop["user_id"], leg)
                await self._take_away(pop["user_id"], leg)
            elif erased:
                await self.change(leg, **NOBODY)
                await self._put(pop["user_id"], RUN_PREFIX + leg, None)
            elif not customers_of(pop).isdisjoint(refs):
                await self.change(leg, **without(pop, refs))

    async def end(self, legs: Sequence[LegId], at: datetime) -> None:
        """Their calls are over, and nobody knows how."""
        for leg in legs:
            await self.change(leg, state="ended", ended_at=at.isoformat(), end=End.LOST.value)
        for user_id in {self._pops[leg]["user_id"] for leg in legs if leg in self._pops}:
            await self.presence(user_id, at)

    async def show_note(self, user_id: int, leg: LegId, call: CallId, note: NoteRecord) -> None:
        """Put what was written on a leg beside its pop, as `actions.save_note` does."""
        value = {"leg": leg, "call": call, "text": note.text, "version": note.version}
        self.written(leg, note.text)
        await self._put(user_id, NOTE_PREFIX + leg, value)

    def showing(self, customers: Collection[str] | None) -> list[tuple[LegId, str]]:
        """The legs whose pops show one of these customers (None: any), and whom."""
        known = [(leg, pop["customer"]["ref"]) for leg, pop in self._pops.items() if pop["customer"]]
        wanted = None if customers is None else {*customers}
        return [(leg, ref) for leg, ref in known if wanted is None or ref in wanted]

    def pop(self, leg: LegId) -> Pop | None:
        """The pop of a leg, when it is on a desk."""
        return self._pops.get(leg)

    async def show_run(self, run: PopRun) -> None:
        """Put a run beside its pop, as `running` does."""
        pop = self._pops.get(LegId(run["leg"]))
        if pop is not None:
            await self._put(pop["user_id"], RUN_PREFIX + run["leg"], run)

    async def beside(self) -> list[tuple[str, Value]]:
        """What stands beside pops on the desks where a call is on, as the bus has it."""
        desks = {pop["user_id"] for pop in self._pops.values() if pop["state"] not in _FINISHED}
        snapshots = [await self._bus.snapshot(desk_topic(user_id)) for user_id in desks]
        return [
            (key, value)
            for snapshot in snapshots
            for key, value in snapshot.entries.items()
            if key.startswith(BESIDE)
        ]

    async def presence(self, user_id: int, at: datetime) -> None:
        """Say what the agent is doing, when that changed."""
        await self.presences.say(user_id, at.isoformat())

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self._puts.mend()

    async def say_again(self) -> None:
        """Put anew what belongs on the desks at this moment, and take away what does not: the bus was away.
        What is over may be gone: agents put it away."""
        await self._puts.mend()
        for user_id in list(self._desks):
            await self._compare(user_id)
        for leg in list(self._pops):
            pop = self._pops.get(leg)  # as it is by now
            if pop is not None and pop["state"] not in _FINISHED:
                await self._put(pop["user_id"], leg, pop)
        await self.presences.say_again()
        await self.adopt_diallers()

    async def _compare(self, user_id: int) -> None:
        """Note what others did on a desk meanwhile; take away pops of ours that are not known any more."""
        snapshot = await self._bus.snapshot(desk_topic(user_id))
        pops = {LegId(key): value for key, value in snapshot.entries.items() if "link" in value}
        for leg in [leg for leg in self._desks[user_id] if leg not in pops]:
            if self._pops[leg]["state"] in _FINISHED:
                self._forget(user_id, leg)
        for leg, value in pops.items():
            if value["link"] not in self.presences.own:
                self.presences.hear_pop(user_id, leg, value)
            elif leg not in self._pops:
                await self._put(user_id, leg, None)

    async def _take_away(self, user_id: int, leg: LegId) -> None:
        for prefix in ("", *BESIDE):
            await self._put(user_id, prefix + leg, None)

    async def _put(self, user_id: int, key: str, value: Value | None) -> bool:
        return await self._puts.put(desk_topic(user_id), key, value)

    def _forget(self, user_id: int, leg: LegId) -> None:
        self._desks[user_id].remove(leg)
        del self._pops[leg]
        self._written.discard(leg)
        self.presences.gone(user_id, leg)

    def _tidy(self, user_id: int) -> list[LegId]:
        """A new offer sends withdrawn pops away (where nothing is written), and the oldest of too many
        finished ones: which?"""
        legs = self._desks[user_id]
        newest = legs[-1]
        finished = [leg for leg in legs if self._pops[leg]["state"] in _FINISHED and leg != newest]
        withdrawn = [
            leg for leg in finished if self._pops[leg]["state"] == "withdrawn" and leg not in self._written
        ]
        ended = [leg for leg in finished if leg not in withdrawn]
        gone = withdrawn + ended[: max(0, len(ended) - MOST_FINISHED)]
        for leg in gone:
            self._forget(user_id, leg)
        return gone
