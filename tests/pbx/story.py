"""What a recorded call must lead to, in a form that a test can compare: see `transcripts/asterisk-22`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.pbx.ear import Ear
from tests.pbx.fixtures import Pbx

CALLER = "+421905123456"

A1, A2, A3, A4 = "PJSIP/a1", "PJSIP/a2", "PJSIP/a3", "PJSIP/a4"

Play = Callable[[Pbx, Ear], Awaitable[None]]
"""Plays a story on an idle phone system from the first ring to the last hang-up."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's part: the phone, the queue (None: dialled), how it ended, how often held.

    `interface` where the queue knows the agent by another name than the phone's.
    """

    agent: str
    queue: str | None
    result: str
    held: int = 0
    interface: str = ""

    def told(self) -> dict[str, Any]:
        return {
            "agent": self.agent,
            "interface": self.interface or self.agent,
            "queue": self.queue,
            "result": self.result,
            "answered": self.result in {"answered", "transferred"},
            "held": self.held,
        }


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the legs in the order of their rings, the queues in the order of waiting.

    `talks`: the agent who talked with the other side to the end; `dialler`: the agent who dialled it.
    """

    legs: tuple[Leg, ...]
    end: str = "completed"
    queues: tuple[str, ...] = ()
    talks: str | None = None
    direction: str = "inbound"
    number: str = CALLER
    dialler: str | None = None

    def told(self) -> dict[str, Any]:
        return {
            "direction": self.direction,
            "number": self.number,
            "dialler": self.dialler,
            "queues": list(self.queues),
            "legs": [leg.told() for leg in self.legs],
            "end": self.end,
            "talks": self.talks,
        }


@dataclass(frozen=True, slots=True)
class Story:
    """A story by its name, with what it must lead to. `note` says what is remarkable in the stream."""

    play: Play
    calls: tuple[Call, ...]
    note: str

    def told(self) -> dict[str, Any]:
        return {"note": self.note, "calls": [call.told() for call in self.calls]}


@dataclass(slots=True)
class Stories:
    """A collection of stories by name."""

    by_name: dict[str, Story] = field(default_factory=dict)

    def tells(self, *calls: Call) -> Callable[[Play], Play]:
        """Add the decorated function; its docstring is the note."""

        def add(play: Play) -> Play:
            name = getattr(play, "__name__", "")
            self.by_name[name] = Story(play, calls, " ".join((play.__doc__ or "").split()))
            return play

        return add


async def answered_by_a1(pbx: Pbx, where: str = "support") -> None:
    """The first agent talks with a caller."""
    caller = pbx.call(where)
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].answer()
    await caller.wait_for("answered")


async def a3_takes_over(pbx: Pbx, ear: Ear) -> None:
    """The phone of a3 rings, is picked up, talks, and hangs up."""
    await pbx.phones["a3"].rings()
    await pbx.phones["a3"].answer()
    await ear.hears("BridgeEnter", Channel=pbx.channel(A3))
    await ear.resync()
    await pbx.phones["a3"].hang_up()
