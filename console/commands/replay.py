"""`lineside replay TRANSCRIPT`: what Lineside makes of a recorded AMI stream, call by call."""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from console.errors import UsageError
from console.settings import Settings
from telephony import lifecycle
from telephony.asterisk.errors import NotAmiError
from telephony.asterisk.replay import Extent, replay
from telephony.asterisk.translate import Translator
from telephony.asterisk.troubles import MEANING
from telephony.events import (
    AgentEvent,
    AgentLeft,
    AgentPaused,
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    DiallerLeft,
    Direction,
    Event,
    LegEnded,
    LegEvent,
    LegResult,
    LinkName,
    OfferEnded,
)
from telephony.lifecycle import Call, Leg

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time where the recording has none."""

NAME_THEM = "To see calls that come through no queue, name agents' phones: --agent PJSIP/1001"
NOTHING = f"No call of a queue is in this recording. {NAME_THEM}"
NOTHING_OF_THESE = "No call of a queue is in this recording, and none of the phones that you named."
UNSEEN = f"Nothing is known of a phone that a call was passed on to. {NAME_THEM}"
RECORD = "Record what Asterisk sends behind a log-in to its manager interface: docs/simulator.md says how."
BREAKS_OFF = "The recording breaks off in the middle of a frame: what came before it is told above."
NO_TIMES = "The recording has no times: timestampevents = yes in manager.conf makes Asterisk tell them."

LINK = LinkName("replay")
PIECE_BYTES = 64 * 1024
MARKED = re.compile("\ufffd{3}(Asterisk Call Manager/|(Event|Response|Action): )")
"""How a stream begins that an editor marked as UTF-8."""

LONGEST_BEGINNING = 40
"""Characters of what is no recording that are shown."""


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("replay", help="what Lineside makes of a recorded AMI stream")
    parser.add_argument(
        "transcript", metavar="TRANSCRIPT", type=Path, help="the recorded stream, as received"
    )
    parser.add_argument(
        "--agent",
        metavar="INTERFACE",
        action="append",
        default=[],
        help="an agent's phone that is in no queue, e.g. PJSIP/1001 (may be given several times)",
    )
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the stories and the records of the recorded calls.

    Raises:
        UsageError: there is no such file, or no AMI event in it.
    """
    translator, extent = Translator(LINK, set(args.agent).__contains__), Extent()
    events = _read(args.transcript, translator, extent)
    nothing = NOTHING_OF_THESE if args.agent else NOTHING
    print("\n".join(_lines(events, settings.time_zone)) or nothing)
    for remark in _remarks(events):
        print(remark)
    # What still waits for something that explains it waits in vain.
    troubles = translator.counters + Counter(early.trouble for early in translator.board.early)
    for trouble, number in troubles.items():
        print(f"{number} x {trouble.value}: {MEANING[trouble]}")
    if extent.breaks_off:
        print(BREAKS_OFF)
    return 1 if troubles or extent.breaks_off else 0


def _read(path: Path, translator: Translator, extent: Extent) -> list[Event]:
    try:
        with path.open("rb") as file:
            events = list(replay(iter(lambda: file.read(PIECE_BYTES), b""), translator, UNKNOWN, extent))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except NotAmiError as error:
        raise UsageError(f"{path} is no recorded AMI stream: {_beginning(error.greeting)}") from error
    if not extent.events:
        raise UsageError(f"{path} {'holds no AMI event' if extent.size else 'is empty'}. {RECORD}")
    return events


def _beginning(greeting: str) -> str:
    """What is wrong with it, and what to do."""
    if MARKED.match(greeting):
        return "it begins with a byte order mark, which an editor put there. Save it as UTF-8 without BOM."
    return f"it begins with {greeting[:LONGEST_BEGINNING]!r}, not with a greeting or a header. {RECORD}"


def _remarks(events: Sequence[Event]) -> Iterator[str]:
    """What there is to say of the recording as a whole."""
    if _passed_out_of_sight(events):
        yield UNSEEN
    if number := _open_calls(events):
        yield f"{number} {'call is' if number == 1 else 'calls are'} still open at the end of the recording."
    if events and all(event.at == UNKNOWN for event in events):
        yield NO_TIMES


def _passed_out_of_sight(events: Iterable[Event]) -> bool:
    """Whether a call was passed on to where nobody is seen to ring, nor the caller to wait."""
    unseen: set[CallId] = set()
    calls: dict[CallId, Call | None] = {}
    for event in events:
        if isinstance(event, CallEvent):
            call = calls[event.call] = lifecycle.apply(calls.get(event.call), event)
            if isinstance(event, CallOffered | CallQueued):
                unseen.discard(event.call)
            elif isinstance(event, CallTransferred) and call and all(leg.ended_at for leg in call.legs):
                unseen.add(event.call)
    return bool(unseen)


def _open_calls(events: Iterable[Event]) -> int:
    calls: dict[CallId, Call | None] = {}
    for event in events:
        if isinstance(event, CallEvent):
            calls[event.call] = lifecycle.apply(calls.get(event.call), event)
    return sum(call is not None and call.ended_at is None for call in calls.values())


# Stories

Clock = Callable[[datetime], str]
"""A moment by the clock on the wall; nothing where the recording has no times."""


def _clock(events: Iterable[Event], zone: tzinfo) -> Clock:
    """With the day, where the recording is of several."""
    days = {event.at.astimezone(zone).date() for event in events if event.at != UNKNOWN}
    form = "%Y-%m-%d %H:%M:%S" if len(days) > 1 else "%H:%M:%S"

    def time(at: datetime) -> str:
        return "" if at == UNKNOWN else f"{at.astimezone(zone):{form}}.{at.microsecond // 1000:03}"

    return time


def _lines(events: Sequence[Event], zone: tzinfo) -> Iterator[str]:
    """The story of each call, in the order of their beginnings, and how it goes on record."""
    stories: dict[CallId, list[CallEvent]] = {}
    pauses = []
    time = _clock(events, zone)
    for event in events:
        if isinstance(event, CallEvent):
            stories.setdefault(event.call, []).append(event)
        elif isinstance(event, AgentEvent):
            pauses.append(event)
    for call_id, story in stories.items():
        yield f"Call {call_id.removeprefix(f'{LINK}-')}"
        yield from _story(story, time)
        yield from _record(story, time)
        yield ""
    if pauses:
        yield "Agents"
        yield from (f"  {time(event.at)}  {_pause(event)}" for event in pauses)
        yield ""


def _story(story: Iterable[CallEvent], time: Clock) -> Iterator[str]:
    """An agent who calls out does not ring."""
    interfaces: dict[str, str] = {}
    words = _WORDS
    for event in story:
        if isinstance(event, CallOffered):
            interfaces[event.leg] = _phone(event)
            words = _OUTGOING_WORDS if event.direction is Direction.OUTBOUND else _WORDS
        who = interfaces.get(event.leg, "an agent who was not rung") if isinstance(event, LegEvent) else ""
        yield f"  {time(event.at)}  {_plain(f'{who} {words[type(event)](event)}'.strip())}"


def _phone(of: CallOffered | AgentEvent | Leg) -> str:
    """The agent's interface, and the phone where that is another one."""
    return of.interface + ("" if of.device in {"", of.interface} else f" ({of.device})")


def _offered(event: CallOffered) -> str:
    queue = f" in {event.queue}" if event.queue else ""
    return f"rings: {event.direction.value} call of {_caller(event.caller)}{queue}"


def _leg_ended(event: LegEnded) -> str:
    passed_on = event.result is LegResult.TRANSFERRED
    return f"is off the call{', which was passed on' if passed_on else ''}"


_WORDS: Mapping[type[CallEvent], Callable[[Any], str]] = {
    CallQueued: lambda event: f"{_caller(event.caller)} waits in {event.queue}",
    CallLeftQueue: lambda event: f"the caller leaves {event.queue} without an answer",
    CallOffered: _offered,
    CallAnswered: lambda _: "answers",
    CallHeld: lambda _: "puts the caller on hold",
    CallResumed: lambda _: "takes the caller off hold",
    CallTransferred: lambda event: f"passes the call on{f' to {event.target}' if event.target else ''}",
    OfferEnded: lambda event: f"stops ringing: {event.result.value}",
    LegEnded: _leg_ended,
    DiallerLeft: lambda _: "the agent who dialled leaves the call to the others",
    CallEnded: lambda event: f"the call is over{f': {event.end.value}' if event.end else ''}",
}

_OUTGOING_WORDS: Mapping[type[CallEvent], Callable[[Any], str]] = {
    **_WORDS,
    CallOffered: lambda event: f"calls {_caller(event.caller)}",
    CallAnswered: lambda _: "is answered",
    OfferEnded: lambda event: f"stops calling: {event.result.value}",
}


def _caller(caller: Caller) -> str:
    number = "a withheld number" if caller.withheld else caller.number or "no number"
    return f'{number} "{caller.name}"' if caller.name else number


def _pause(event: AgentEvent) -> str:
    queue = event.queue or "all queues"
    what = f"has left {queue}" if isinstance(event, AgentLeft) else f"gets calls in {queue}"
    if isinstance(event, AgentPaused):
        what = f"is paused in {queue}{f': {event.reason}' if event.reason else ''}"
    return _plain(f"{_phone(event)} {what}")


# Records


def _record(story: Iterable[CallEvent], time: Clock) -> Iterator[str]:
    call: Call | None = None
    for event in story:
        call = lifecycle.apply(call, event)
    if call is None:
        yield "  On record: nothing, as its beginning is missing"
        return
    end = call.end.value if call.end else f"still open ({call.state.value})"
    yield f"  On record: {call.direction.value}, {end}"
    for leg in call.legs:
        result = leg.result.value if leg.result else leg.state.value
        begun = "called" if call.direction is Direction.OUTBOUND else "rung"
        moments = (begun, leg.offered_at), ("answered", leg.answered_at), ("ended", leg.ended_at)
        times = ", ".join(f"{what} {time(at)}" for what, at in moments if at and at != UNKNOWN)
        yield _plain(f"    {_phone(leg) or 'an agent'}: {result}{f' ({times})' if times else ''}")


def _plain(text: str) -> str:
    """Callers choose their names: what could move the cursor or turn the text around is shown by its code."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
