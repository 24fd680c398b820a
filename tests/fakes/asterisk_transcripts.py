"""AMI streams recorded from a real Asterisk 22, byte for byte, and what each must lead to."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from telephony import lifecycle
from telephony.events import CallEvent, CallHeld, CallQueued, Direction, Event
from telephony.lifecycle import Call, Leg

FOLDER = Path(__file__).parent.parent / "transcripts" / "asterisk-22"

NAMES = sorted(path.stem for path in FOLDER.glob("*.raw"))


@cache
def recorded(name: str) -> bytes:
    """The whole stream as received, greeting and log-in included."""
    return (FOLDER / f"{name}.raw").read_bytes()


def live(name: str) -> bytes:
    """The events of the stream, without greeting, log-in, answers and good-bye."""
    return b"".join(live_frames(name))


def live_frames(name: str) -> list[bytes]:
    """The events of the stream one by one, each with its blank line, without the rows of lists."""
    frames = recorded(name).split(b"\r\n\r\n")
    return [
        frame + b"\r\n\r\n"
        for frame in frames
        if frame.startswith(b"Event: ") and b"\r\nActionID: " not in frame
    ]


@cache
def _expectations() -> dict[str, dict[str, Any]]:
    expectations: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())
    return expectations


def expected(name: str) -> list[dict[str, Any]]:
    """The calls that the recorded scenario was (`expected.json`), as far as a record shows it."""
    calls = _expectations()[name]["calls"]
    return [{key: call[key] for key in call.keys() - {"talks"}} for call in calls]


def is_agent(interface: str) -> bool:
    """Who is an agent in the recorded scenarios."""
    return interface.startswith("PJSIP/a")


def calls_of(events: Iterable[Event]) -> list[Call]:
    """The calls at the end of a story, in the order of their beginning."""
    calls: dict[str, Call | None] = {}
    for event in events:
        if isinstance(event, CallEvent):
            calls[event.call] = lifecycle.apply(calls.get(event.call), event)
    return [call for call in calls.values() if call is not None]


def outcome(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The calls of a story in the form of `expected.json`."""
    events = list(events)
    return [
        _outcome(call, [e for e in events if isinstance(e, CallEvent) and e.call == call.id])
        for call in calls_of(events)
    ]


def _outcome(call: Call, events: list[CallEvent]) -> dict[str, Any]:
    queues = {(event.at, event.queue): event.queue for event in events if isinstance(event, CallQueued)}
    holds = [event.leg for event in events if isinstance(event, CallHeld)]
    legs = [_leg_outcome(leg, holds.count(leg.id)) for leg in call.legs]
    dialler = call.legs[0].interface if call.direction is Direction.OUTBOUND else call.dialler or None
    return {
        "direction": call.direction,
        "number": call.caller.number,
        "dialler": dialler,
        "queues": [queues[key] for key in sorted(queues)],
        "legs": legs,
        "end": call.end,
    }


def _leg_outcome(leg: Leg, holds: int) -> dict[str, Any]:
    return {
        "agent": leg.device or leg.interface,
        "interface": leg.interface,
        "queue": leg.queue,
        "result": leg.result,
        "answered": leg.talked,
        "held": holds,
    }
