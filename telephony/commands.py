"""What we may ask of a phone system, and what comes of it: frozen dataclasses in the imperative. Pure.

A command names things as the events do: a leg, a call, the interface of an agent. Whatever the phone system
says, a command never raises: its outcome is a value, with one sentence for the agent.

    Command
    ├── AgentCommand: Pause, Unpause, JoinQueue, LeaveQueue, Dial
    ├── EndCall
    ├── WaitingCommand: TakeFirst, SendOn
    └── LegCommand: HangUp, TransferBlind, TransferAttended, CompleteTransfer, CancelTransfer
        └── HearCommand: Listen, Whisper, Barge
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from telephony.events import CallId, LegId, Manner

LONGEST_NUMBER = 40
"""Characters of what is dialled; with country code a number has 15 digits at most."""

LONGEST_NAME = 79
"""Bytes of a queue's name or of a reason: what Asterisk keeps of them."""

LONGEST_INTERFACE = 150

_NUMBER = re.compile(r"\+?[0-9*#]+")
_EXTENSION = re.compile(r"\+?[0-9A-Za-z*#._-]+")
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9]*/[0-9A-Za-z@*#+._:/-]+")
_LOCAL_HALF = re.compile(r";[12]$")


@dataclass(frozen=True, slots=True)
class ToAgent:
    """A colleague: the interface of the phone, and the extension that rings it."""

    interface: str
    extension: str


@dataclass(frozen=True, slots=True)
class ToQueue:
    """A queue, and the extension that leads into it."""

    queue: str
    extension: str


@dataclass(frozen=True, slots=True)
class ToNumber:
    """Anybody, by the number as an agent would dial it."""

    number: str


Target = ToAgent | ToQueue | ToNumber
"""Where a call may be passed on to."""


def dialled(target: Target) -> str:
    """What to dial to reach the target."""
    return target.number if isinstance(target, ToNumber) else target.extension


@dataclass(frozen=True, slots=True)
class AgentCommand:
    """About the agent at `interface`."""

    interface: str


@dataclass(frozen=True, slots=True)
class Pause(AgentCommand):
    """No calls from any queue, for `reason`."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unpause(AgentCommand):
    """Calls from the queues again."""


@dataclass(frozen=True, slots=True)
class JoinQueue(AgentCommand):
    """Calls from `queue`, too."""

    queue: str


@dataclass(frozen=True, slots=True)
class LeaveQueue(AgentCommand):
    """No more calls from `queue`."""

    queue: str


@dataclass(frozen=True, slots=True)
class Dial(AgentCommand):
    """Click to call: the agent's own phone rings first; once it is picked up, `number` is called."""

    number: str


@dataclass(frozen=True, slots=True)
class EndCall:
    """End the whole call, for whoever is on it. The way out for who dialled a colleague, and has no leg."""

    call: CallId


@dataclass(frozen=True, slots=True)
class WaitingCommand:
    """About a caller who waits in a queue."""

    call: CallId


@dataclass(frozen=True, slots=True)
class TakeFirst(WaitingCommand):
    """Nobody in the queue is served before this caller."""


@dataclass(frozen=True, slots=True)
class SendOn(WaitingCommand):
    """Out of the queue, to somebody else."""

    target: Target


@dataclass(frozen=True, slots=True)
class LegCommand:
    """About one agent's part in a call."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class HangUp(LegCommand):
    """End the agent's part: a talk, or the ring of the phone."""


@dataclass(frozen=True, slots=True)
class TransferBlind(LegCommand):
    """Pass the caller on without asking."""

    target: Target


@dataclass(frozen=True, slots=True)
class TransferAttended(LegCommand):
    """Let the caller wait, and ask the target first. Then `CompleteTransfer` or `CancelTransfer`."""

    target: Target


@dataclass(frozen=True, slots=True)
class CompleteTransfer(LegCommand):
    """Leave the caller with whom the agent asks."""


@dataclass(frozen=True, slots=True)
class CancelTransfer(LegCommand):
    """Back to the caller, without whom the agent asks."""


@dataclass(frozen=True, slots=True)
class HearCommand(LegCommand):
    """The phone at `interface` rings; once it is picked up, what is said on the leg is heard there, until
    either is hung up."""

    interface: str


@dataclass(frozen=True, slots=True)
class Listen(HearCommand):
    """Hear agent and caller; heard by neither."""


@dataclass(frozen=True, slots=True)
class Whisper(HearCommand):
    """Hear both; heard by the agent alone."""


@dataclass(frozen=True, slots=True)
class Barge(HearCommand):
    """Hear both; heard by both."""


MANNERS: Mapping[type[HearCommand], Manner] = {
    Listen: Manner.LISTEN,
    Whisper: Manner.WHISPER,
    Barge: Manner.BARGE,
}
"""What becomes of whom by each command."""

Command = (
    Pause
    | Unpause
    | JoinQueue
    | LeaveQueue
    | Dial
    | EndCall
    | TakeFirst
    | SendOn
    | Listen
    | Whisper
    | Barge
    | HangUp
    | TransferBlind
    | TransferAttended
    | CompleteTransfer
    | CancelTransfer
)


@dataclass(frozen=True, slots=True)
class Done:
    """The phone system took it. What comes of it is told by events."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done. `why` is one sentence for the agent."""

    why: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may or may not have been done: look at the phone. `why` is one sentence for the agent."""

    why: str


Outcome = Done | Refused | Unsure

NO_LINK = Refused("The phone system cannot be reached at the moment: do it at the phone.")
IN_NO_QUEUE = Refused("The phone is in no queue of the phone system.")
OVER = Refused("This call is over.")
NOT_ANSWERED = Refused("This call is not answered yet.")
ASKS_ALREADY = Refused("You are asking somebody already: complete that, or go back to the caller first.")
NOT_WAITING = Refused("This caller does not wait in a queue any more.")
OWN_LEG = Refused("This is your own call.")
ASKS_NOBODY = Refused("Nobody is being asked about this call from here: do it at the phone.")


def flaw(command: Command) -> str | None:
    """Why the command must not be sent to any phone system, in one sentence; None when nothing is wrong.

    What it holds may come from anywhere: nothing may be read as something else than the one value it is.
    """
    return next((sentence for sentence in _flaws(command) if sentence), None)


def _flaws(command: Command) -> Iterator[str | None]:
    if isinstance(command, AgentCommand | HearCommand):
        yield _interface_flaw(command.interface)
    match command:
        case Pause(reason=reason):
            yield _text_flaw("The reason", reason)
        case JoinQueue(queue=queue) | LeaveQueue(queue=queue):
            yield _name_flaw("The queue", queue)
        case Dial(number=number):
            yield _dialled_flaw(number, _NUMBER.fullmatch)
        case TransferBlind(target=target) | TransferAttended(target=target) | SendOn(target=target):
            yield _target_flaw(target)
        case _:
            pass


def _target_flaw(target: Target) -> str | None:
    match target:
        case ToAgent(extension=""):
            return "It is not known what to dial for this colleague."
        case ToQueue(queue=queue, extension=""):
            return f"It is not known what to dial for the queue {_shown(queue)}."
        case ToNumber(number=number):
            return _dialled_flaw(number, _NUMBER.fullmatch)
    return _dialled_flaw(target.extension, _EXTENSION.fullmatch)


def _dialled_flaw(number: str, is_right: Callable[[str], re.Match[str] | None]) -> str | None:
    if not number:
        return "There is no number to dial."
    if len(number) > LONGEST_NUMBER:
        return f"A number of {len(number)} characters cannot be dialled: {LONGEST_NUMBER} are the most."
    return (
        None
        if is_right(number)
        else f"{_shown(number)} cannot be dialled: only digits, *, # and a leading + can."
    )


def _interface_flaw(interface: str) -> str | None:
    right = _INTERFACE.fullmatch(interface) and not _LOCAL_HALF.search(interface)
    if right and len(interface) <= LONGEST_INTERFACE:
        return None
    return f"{_shown(interface)} is no phone: it is written like PJSIP/1001."


def _name_flaw(what: str, name: str) -> str | None:
    return _text_flaw(what, name) if name else f"{what} has no name."


def _text_flaw(what: str, text: str) -> str | None:
    if len(text.encode(errors="replace")) > LONGEST_NAME:
        return f"{what} is too long: {LONGEST_NAME} characters are the most."
    return None if text.isprintable() else f"{what} {_shown(text)} holds characters that cannot be sent."


def _shown(text: str) -> str:
    """A text that may hold anything, fit to be shown."""
    short = text if len(text) <= LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}…"
    return "".join(character if character.isprintable() else "?" for character in short)
