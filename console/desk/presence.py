"""What each agent is doing: by the pops on the desk, the pauses, and the links that can ring them.

Several processes may listen, each to phone systems of its own, and an agent may be rung by all of them. Each
process knows its own part at once and hears of the others' over the bus: their pops stand on the desks, their
links in the topic `links`, their pauses in the topic `pauses`, in the topic `dialled` who called a
colleague (and is on a call of which they have no pop), and in the topic `wrap_ups` who finishes a call. So
each comes to the same word. It says it after what happened on its own links; what happened elsewhere it
leaves to whoever brought it about, and puts right a moment later what is still wrong then.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.clock import Clock
from console.desk.pop import PRESENCE_KEY
from console.live.bus import Bus, Value
from console.live.puts import Puts

PAUSES = "pauses"
"""The bus topic of pauses, by link and agent: `link`, `user_id`, `queues` {queue or "": reason or None}."""

DIALLED = "dialled"
"""The bus topic of internal calls, by call: the `user_id` who made it and is on it, and its `link`."""

WRAP_UPS = "wrap_ups"
"""The bus topic of calls that are being finished, by leg: `link`, `user_id`, `until` (ISO 8601: when that
ends by itself) and `owes` (not before an outcome is chosen)."""

WRAP_UP = "wrap-up"
"""The reason for which the phone system pauses an agent during a call and while they finish it: no break."""

LOGGED_OUT = "logged out"
"""The reason for which an agent is paused who cannot leave their queues, and has logged out: no break."""

SETTLED_S = 0.3
"""Whoever brought something about has said by then what it means for the agent."""

Doing = tuple[str, str]
"""A state, and the reason of a break."""

Pauses = dict[str, str | None]
"""By queue ("" is all of them) why the agent is paused there; None: gets calls from it."""

TopicOf = Callable[[int], str]
"""The topic of an agent's desk."""


Word = Mapping[str, Any]
"""What is said of an agent: `state`, `reason` of a break, `then` (the reason of a break, or LOGGED_OUT, that
is asked for and begins behind this), and of a wrap-up `until` and `owes` (as in WRAP_UPS)."""


OFFLINE: Word = {"state": "offline", "reason": "", "then": "", "until": None, "owes": False}
WORDS = tuple(OFFLINE)


@dataclass(slots=True)
class _Agent:
    """What is known of one agent: their pops by leg (link and state), pauses by link, what they finish by
    leg, what was said last. `settled`: what others said was put right once since anything became known."""

    pops: dict[str, tuple[str, str]] = field(default_factory=dict)
    pauses: dict[str, Pauses] = field(default_factory=dict)
    wraps: dict[str, Value] = field(default_factory=dict)
    said: Word | None = None
    since: str = ""
    settled: bool = False


def activity(pop: Mapping[str, Any]) -> str:
    """What the agent of a pop does: whoever makes a call is on it before it is answered."""
    return "answered" if pop["state"] == "ringing" and pop.get("dialling") else str(pop["state"])


class Presences:
    """The presences of all agents. `own` are the links that this process listens to."""

    def __init__(self, puts: Puts, topic_of: TopicOf) -> None:
        self.own: set[str] = set()
        self._puts = puts
        self._topic_of = topic_of
        self._agents: defaultdict[int, _Agent] = defaultdict(_Agent)
        self._diallers: dict[str, Value] = {}
        self._up: set[str] = set()
        self._wrong: set[int] = set()
        self._work = asyncio.Event()

    # What happens on our own links.

    def link(self, name: str, *, up: bool) -> None:
        """A link can ring agents from now on, or not any more."""
        (self._up.add if up else self._up.discard)(name)
        for agent in self._agents.values():
            agent.settled = False

    def pop(self, user_id: int, leg: str, link: str, state: str) -> None:
        """A pop is on the agent's desk, in this state."""
        self._changed(user_id).pops[leg] = (link, state)

    def gone(self, user_id: int, leg: str) -> None:
        """A pop is not on the agent's desk any more."""
        self._changed(user_id).pops.pop(leg, None)

    async def dialler(self, call: str, link: str, user_id: int | None, since: str) -> None:
        """Who made an internal call and is on it (None: nobody any more); what that means for them is said,
        too."""
        known = self._diallers.get(call)
        value: Value | None = None if user_id is None else {"link": link, "user_id": user_id}
        if value == known:
            return
        self._dialler(call, value)
        await self._puts.put(DIALLED, call, value)
        for each in (known, value):
            if each is not None:
                await self.say(each["user_id"], since)

    def _dialler(self, call: str, value: Value | None) -> None:
        known = self._diallers.pop(call, None)
        if known is not None:
            self.gone(known["user_id"], call)
        if value is not None:
            self._diallers[call] = value
            self.pop(value["user_id"], call, value["link"], "answered")  # a call's id is no leg's there

    async def wrap_up(self, user_id: int, leg: str, value: Value | None, since: str) -> None:
        """The agent finishes a call of ours, as the `value` says (None: not any more); that is said, too."""
        self._wrap(user_id, leg, value)
        await self._puts.put(WRAP_UPS, leg, value)
        await self.say(user_id, since)

    def _wrap(self, user_id: int, leg: str, value: Value | None) -> None:
        wraps = self._changed(user_id).wraps
        wraps.pop(leg, None)
        if value is not None:
            wraps[leg] = value

    def held(self, link: str) -> list[int]:
        """Whom the phone system sends no calls only because they talk, or finish one, as it was told."""
        return [
            user_id
            for user_id, agent in self._agents.items()
            if {each for each in agent.pauses.get(link, {}).values() if each is not None} == {WRAP_UP}
        ]

    def is_busy(self, user_id: int) -> bool:
        """Whether the agent talks, or finishes a call."""
        agent = self._agents[user_id]
        return bool(agent.wraps) or any(state == "answered" for _link, state in agent.pops.values())

    def is_paused(self, user_id: int, link: str) -> bool:
        """Whether the phone system sends the agent no calls at all."""
        return _break([self._agents[user_id].pauses.get(link, {})]) is not None

    def pauses(self, user_id: int, link: str) -> Pauses:
        """What is believed of the agent's pauses on a link."""
        return dict(self._agents[user_id].pauses.get(link, {}))

    def pause(self, user_id: int, link: str, queue: str | None, reason: str | None) -> None:
        """The agent is paused in a queue (None: in all) for `reason`, or (reason None) gets calls from it."""
        pauses = self._changed(user_id).pauses.setdefault(link, {})
        if queue is None:
            pauses.clear()
        pauses.pop(queue or "", None)  # what is said last stands last
        pauses[queue or ""] = reason

    def left(self, user_id: int, link: str, queue: str | None) -> None:
        """The agent is not in a queue any more (None: in none)."""
        pauses = self._changed(user_id).pauses.get(link, {})
        if queue is None:
            pauses.clear()
        pauses.pop(queue or "", None)

    def absent(self, agents: Iterable[int], link: str) -> list[int]:
        """These agents are in no queue of a link; of whom that is news."""
        found = [user_id for user_id in agents if link not in self._agents[user_id].pauses]
        for user_id in found:
            self._changed(user_id).pauses[link] = {}
        return found

    def prune(self, link: str, members: Collection[tuple[int, str | None]]) -> Counter[int]:
        """Of a link's pauses only those of `members` (agent and queue) are left; how many were taken away, by
        agent."""
        gone: Counter[int] = Counter()
        for user_id, agent in self._agents.items():
            pauses = agent.pauses.get(link, {})
            for queue in [queue for queue in pauses if (user_id, queue or None) not in members]:
                gone[user_id] += pauses.pop(queue) is not None
                agent.settled = False
        return gone

    def doing(self, user_id: int) -> Doing:
        """What the agent is doing."""
        if not self._up:
            return "offline", ""
        agent = self._agents[user_id]
        states = {state for _link, state in agent.pops.values()}
        if "answered" in states:
            return "on_call", ""
        if "ringing" in states:
            return "ringing", ""
        reason = _break(_in_order(agent.pauses))
        if agent.wraps or reason == WRAP_UP:
            return "wrap_up", ""
        if _is_logged_out(agent):
            return "offline", ""
        return ("available", "") if reason is None else ("on_break", reason)

    def _word(self, user_id: int) -> Word:
        agent, (state, reason) = self._agents[user_id], self.doing(user_id)
        paused = LOGGED_OUT if _is_logged_out(agent) else _break(_in_order(agent.pauses))
        until = max((wrap["until"] for wrap in agent.wraps.values()), default=None)
        wraps = state == "wrap_up"
        return {
            "state": state,
            "reason": reason,
            "then": "" if state in {"offline", "on_break"} or paused in {None, WRAP_UP} else paused,
            "until": until if wraps else None,
            "owes": wraps and any(wrap["owes"] for wrap in agent.wraps.values()),
        }

    async def say(self, user_id: int, since: str) -> None:
        """Say what the agent is doing since that moment (ISO 8601), when that is not what was said last."""
        agent, word = self._agents[user_id], self._word(user_id)
        if not self.own or agent.said == word:
            return
        if agent.said is None or _doing(agent.said) != _doing(word):
            agent.since = since
        agent.said = word
        await self._put(user_id, agent)

    async def say_pauses(self, user_id: int, link: str) -> None:
        """Tell whoever listens to other links of the agent's pauses."""
        value = {"link": link, "user_id": user_id, "queues": self.pauses(user_id, link)}
        await self._puts.put(PAUSES, f"{link}:{user_id}", value)

    async def say_again(self) -> None:
        """Say it all anew: the bus may have forgotten it."""
        for call, value in list(self._diallers.items()):
            if value["link"] in self.own:
                await self._puts.put(DIALLED, call, value)
        for user_id, agent in list(self._agents.items()):
            for link in self.own & agent.pauses.keys():
                await self.say_pauses(user_id, link)
            for leg, wrap in list(agent.wraps.items()):
                if wrap["link"] in self.own:
                    await self._puts.put(WRAP_UPS, leg, wrap)
            if agent.said is not None and self.own:
                await self._put(user_id, agent)

    # What is heard of others.

    def adopt_pauses(self, entries: Iterable[Value]) -> None:
        """Go on from the pauses on the bus: others', and those that an earlier process left."""
        for value in entries:
            agent = self._agents[value["user_id"]]
            if value["link"] not in self.own or value["link"] not in agent.pauses:
                agent.pauses[value["link"]] = dict(value["queues"])

    def forget_diallers(self, link: str) -> None:
        """Nobody listened to the link until now: it will say who is on internal calls."""
        for call in [call for call, value in self._diallers.items() if value["link"] == link]:
            self._dialler(call, None)

    async def adopt_diallers(self, entries: Mapping[str, Value]) -> None:
        """Take over who is on others' internal calls, and take away what an earlier process left of ours."""
        for call in self._diallers.keys() - entries.keys():
            self.hear_dialler(call, None)
        for call, value in entries.items():
            self.hear_dialler(call, value)
            if value["link"] in self.own and call not in self._diallers:
                await self._puts.put(DIALLED, call, None)

    async def adopt_wrap_ups(self, entries: Mapping[str, Value]) -> None:
        """Learn what agents finish on others' links. What is left of ours is on record, or over."""
        for leg, value in entries.items():
            if value["link"] not in self.own:
                self.hear_wrap_up(leg, value)
            elif leg not in self._agents[value["user_id"]].wraps:
                await self._puts.put(WRAP_UPS, leg, None)

    def hear_wrap_up(self, leg: str, value: Value | None) -> None:
        """Another process says so of a call that is being finished."""
        if value is not None and value["link"] not in self.own:
            self._wrap(value["user_id"], leg, value)
            self._doubt(value["user_id"])
        elif value is None:
            for user_id in [one for one, agent in self._agents.items() if leg in agent.wraps]:
                if self._agents[user_id].wraps[leg]["link"] not in self.own:
                    self._wrap(user_id, leg, None)
                    self._doubt(user_id)

    def hear_dialler(self, call: str, value: Value | None) -> None:
        """Another process says so of an internal call."""
        known = self._diallers.get(call)
        told = [each for each in (known, value) if each is not None]
        if known != value and not any(each["link"] in self.own for each in told):
            self._dialler(call, value)
            for each in told:
                self._doubt(each["user_id"])

    def hear_pauses(self, value: Value) -> None:
        """Another process says so of pauses."""
        if value["link"] not in self.own:
            self._changed(value["user_id"]).pauses[value["link"]] = dict(value["queues"])
            self._doubt(value["user_id"])

    def hear_link(self, name: str, value: Value | None) -> None:
        """Another process says so of a link."""
        up = value is not None and value["state"] == "up"
        if name not in self.own and up != (name in self._up):
            self.link(name, up=up)
            for user_id in self._agents:
                self._doubt(user_id)

    def hear_pop(self, user_id: int, leg: str, value: Value | None) -> None:
        """Another process changed a pop."""
        if value is None:
            self.gone(user_id, leg)
        else:
            self.pop(user_id, leg, value["link"], activity(value))
        self._doubt(user_id)

    def hear(self, user_id: int, value: Value) -> None:
        """Somebody, perhaps this process, said what the agent is doing."""
        agent = self._agents[user_id]
        agent.said, agent.since = {name: value.get(name) for name in WORDS}, value["since"]
        if not agent.settled:
            self._doubt(user_id)

    async def run(self, clock: Clock) -> None:
        """For ever: put right what others said, or left unsaid."""
        while True:
            await self._work.wait()
            await asyncio.sleep(SETTLED_S)
            await self.settle(clock().isoformat())

    async def settle(self, since: str) -> None:
        """Put right what others said, or left unsaid, about agents until now."""
        self._work.clear()
        while self._wrong:
            user_id = self._wrong.pop()
            self._agents[user_id].settled = True
            await self.say(user_id, since)

    def _changed(self, user_id: int) -> _Agent:
        agent = self._agents[user_id]
        agent.settled = False
        return agent

    def _doubt(self, user_id: int) -> None:
        if self._agents[user_id].said != self._word(user_id):
            self._wrong.add(user_id)
            self._work.set()

    async def _put(self, user_id: int, agent: _Agent) -> None:
        value = {**(agent.said or OFFLINE), "since": agent.since}
        await self._puts.put(self._topic_of(user_id), PRESENCE_KEY, value)


async def say_unreachable(bus: Bus, agents: Iterable[int], topic_of: TopicOf, since: str) -> None:
    """Nobody listens to any phone system: agents are offline, until whoever listens again knows better."""
    for user_id in agents:
        topic = topic_of(user_id)
        said = (await bus.snapshot(topic)).entries.get(PRESENCE_KEY)
        if said is not None and said["state"] != "offline":
            await bus.put(topic, PRESENCE_KEY, {**OFFLINE, "since": since})


def _doing(word: Word) -> Doing:
    return word["state"], word["reason"]


def _is_logged_out(agent: _Agent) -> bool:
    """Whether the agent has left all their queues, or is paused for that."""
    left_all = bool(agent.pauses) and not any(agent.pauses.values())
    return left_all or _break(_in_order(agent.pauses)) == LOGGED_OUT


def _in_order(pauses: Mapping[str, Pauses]) -> list[Pauses]:
    """The same in every process, so that of two reasons all say the same one."""
    return [pauses[link] for link in sorted(pauses)]


def _break(pauses: Iterable[Pauses]) -> str | None:
    """Why the agent gets no calls at all, the newest reason; None: some queue still rings."""
    reasons = [reason for of_link in pauses for reason in of_link.values()]
    paused = [reason for reason in reasons if reason is not None]
    everywhere = any(of_link.get("") is not None for of_link in pauses)
    if not paused or not (everywhere or len(paused) == len(reasons)):
        return None
    return next((reason for reason in reversed(paused) if reason != WRAP_UP), WRAP_UP)
