"""What is on which agent's screen now: pops and presence, pushed over the bus."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from console.calls.record import NoteRecord
from console.desk.pop import NOTE_PREFIX, PRESENCE_KEY, Pop
from console.live.bus import Bus, Value
from console.live.puts import Puts
from telephony.events import CallId, End, LegId

MOST_FINISHED = 8
"""Finished pops that stay on a desk until the agent is done with them; older ones go by themselves."""

_FINISHED = {"ended", "withdrawn"}


def desk_topic(user_id: int) -> str:
    """The topic of one agent's desk."""
    return f"desk:{user_id}"


class Screens:
    """The pops of all desks. Each change is one numbered change of the agent's topic."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._puts = Puts(bus)
        self._pops: dict[LegId, Pop] = {}
        self._desks: defaultdict[int, list[LegId]] = defaultdict(list)
        self._pauses: defaultdict[int, dict[str | None, str]] = defaultdict(dict)
        self._presence: dict[int, tuple[tuple[str, str], str]] = {}
        self._written: set[LegId] = set()
        self.reachable = False
        """Whether any phone system can ring agents now; without one everybody is offline."""

    async def adopt(self, user_id: int) -> None:
        """Take over what an earlier process left on a desk. What is known already is newer."""
        snapshot = await self._bus.snapshot(desk_topic(user_id))
        for key, value in snapshot.entries.items():
            if "state" in value and "leg" in value and key not in self._pops:
                self._pops[LegId(key)] = value  # type: ignore[assignment] # written by `show`
                self._desks[user_id].append(LegId(key))
            elif key.startswith(NOTE_PREFIX):
                self.written(LegId(str(value["leg"])), str(value["text"]))

    def unfinished(self, link: str) -> list[LegId]:
        """The legs of a link whose pops are still ringing or answered."""
        return [
            leg for leg, pop in self._pops.items() if pop["link"] == link and pop["state"] not in _FINISHED
        ]

    async def show(self, pop: Pop) -> None:
        """Put a pop on its agent's desk, then tidy the desk."""
        leg, user_id = LegId(pop["leg"]), pop["user_id"]
        self._pops[leg] = pop
        if leg not in self._desks[user_id]:
            self._desks[user_id].append(leg)
        gone = self._tidy(user_id)  # decided before anything is awaited: other calls pop at this desk, too
        await self._put(user_id, leg, pop)
        for old in gone:
            await self._put(user_id, old, None)
            await self._put(user_id, NOTE_PREFIX + old, None)

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
            await self._put(pop["user_id"], leg, changed)

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

    async def notes(self) -> list[Value]:
        """What is written on the desks where a call is on, as the bus has it."""
        desks = {pop["user_id"] for pop in self._pops.values() if pop["state"] not in _FINISHED}
        snapshots = [await self._bus.snapshot(desk_topic(user_id)) for user_id in desks]
        return [
            value
            for snapshot in snapshots
            for key, value in snapshot.entries.items()
            if key.startswith(NOTE_PREFIX)
        ]

    async def pause(self, user_id: int, queue: str | None, reason: str | None, at: datetime) -> None:
        """The agent was paused in a queue (None: in all) for `reason`, or (reason None) gets calls again."""
        pauses = self._pauses[user_id]
        if reason is not None:
            pauses[queue] = reason
        elif queue is None:
            pauses.clear()
        else:
            pauses.pop(queue, None)
        await self.presence(user_id, at)

    async def presence(self, user_id: int, at: datetime) -> None:
        """Say what the agent is doing, by the pops on the desk and the pauses, when that changed."""
        states = {_doing(self._pops[leg]) for leg in self._desks[user_id]}
        reason = next(iter(self._pauses[user_id].values()), None)
        doing = _presence(states, reason) if self.reachable else ("offline", "")
        said = self._presence.get(user_id)
        if said is None or said[0] != doing:
            await self._say(user_id, doing, at.isoformat())

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self._puts.mend()

    async def say_again(self) -> None:
        """Put anew what belongs on the desks at this moment. What is over may be gone: agents put it away."""
        for leg in list(self._pops):
            pop = self._pops.get(leg)  # as it is by now
            if pop is not None and pop["state"] not in _FINISHED:
                await self._put(pop["user_id"], leg, pop)
        for user_id in list(self._presence):
            await self._say(user_id, *self._presence[user_id])

    async def _say(self, user_id: int, doing: tuple[str, str], since: str) -> None:
        self._presence[user_id] = (doing, since)
        value = {"state": doing[0], "since": since, "reason": doing[1]}
        await self._put(user_id, PRESENCE_KEY, value)

    async def _put(self, user_id: int, key: str, value: Value | None) -> None:
        await self._puts.put(desk_topic(user_id), key, value)

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
            legs.remove(leg)
            del self._pops[leg]
            self._written.discard(leg)
        return gone


def _doing(pop: Pop) -> str:
    """What the agent of a pop does: whoever makes a call is on it before it is answered."""
    return "answered" if pop["state"] == "ringing" and pop["dialling"] else pop["state"]


def _presence(states: Collection[str], pause: str | None) -> tuple[str, str]:
    if "answered" in states:
        return "on_call", ""
    if "ringing" in states:
        return "ringing", ""
    return ("available", "") if pause is None else ("on_break", pause)
