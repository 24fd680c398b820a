"""The lists of a real Asterisk, asked for in the middle of recorded calls: they change nothing for who
listened all along, and are enough for who did not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from telephony.asterisk.messages import Message, parse
from telephony.asterisk.model import Call
from telephony.asterisk.resync import take_channels, take_queues
from telephony.asterisk.translate import Translator
from telephony.events import Event, LinkName
from tests.conftest import NOW
from tests.fakes.asterisk_transcripts import NAMES, expected, is_agent, outcome, recorded

CHANNELS, QUEUES = "StatusComplete", "QueueStatusComplete"


@dataclass(frozen=True)
class Step:
    """An event, or a whole list under the name of its last row."""

    message: Message
    rows: tuple[Message, ...] = ()
    is_list: bool = False


def steps(name: str) -> Iterator[Step]:
    rows: dict[str, list[Message]] = {}
    for frame in recorded(name).split(b"\r\n\r\n"):
        if not frame.startswith(b"Event: "):
            continue
        message = parse(frame)
        action_id = message.first("ActionID")
        if not action_id:
            yield Step(message)
        elif message.name.endswith("Complete"):
            yield Step(message, tuple(rows.pop(action_id, ())), is_list=True)
        else:
            rows.setdefault(action_id, []).append(message)


class Listener:
    """Takes steps, as a session does."""

    def __init__(self) -> None:
        self.translator = Translator(LinkName("main"), is_agent)
        self.events: list[Event] = []

    def take(self, step: Step) -> None:
        at = self.events[-1].at if self.events else NOW
        if step.message.name == CHANNELS:
            take_channels(self.translator.board, step.rows, at)
        elif step.message.name == QUEUES:
            self.events += take_queues(self.translator.board, step.rows, at)
        elif not step.is_list and step.message.name.encode() in self.translator.wanted:
            self.events += self.translator.translate(step.message, at)

    def alive(self) -> list[Any]:
        """Who waits, rings and talks, in which calls."""
        return sorted(_facts(call) for call in self.translator.board.calls.values())


def _facts(call: Call) -> list[Any]:
    legs = sorted((leg.device or leg.interface, leg.queue or "", leg.talks) for leg in call.open_legs)
    who = [call.direction, call.caller.number, call.dialler, call.dialler_left_at is not None]
    return [call.linkedid, *who, call.waits_in or "", legs]


def without_holds(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A resync tells of a hold again."""
    return [
        call | {"legs": [{key: leg[key] for key in leg.keys() - {"held"}} for leg in call["legs"]]}
        for call in calls
    ]


@pytest.mark.parametrize("name", NAMES)
def test_changes_nothing_for_who_listens_and_makes_up_for_not_listening(name: str) -> None:
    listened, late = Listener(), Listener()
    for step in steps(name):
        if step.message.name == CHANNELS:
            late = Listener()
        listened.take(step)
        late.take(step)
        if step.message.name == QUEUES:
            assert late.alive() == listened.alive()
    assert without_holds(outcome(listened.events)) == without_holds(expected(name))
