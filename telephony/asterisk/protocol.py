"""One AMI session without I/O: log-in, questions and their answers, keep-alive.

Bytes and time go in, what happened comes out; the shell only moves bytes and arms one timer:

    for received in protocol.receive_data(data, now): ...
    transport.write(protocol.data_to_send())
    arm(protocol.timer())          # then: for received in protocol.handle_timer(now): ...

`now` is seconds of any clock that never goes back. Questions (`request`) go out one at a time, as the manual
asks for. Events are passed on only when their name is wanted, and parsed only then.

A session that is of no use is noticed and said (`Broken`), whatever it is that the other side does: it never
greets, leaves the log-in or three questions in a row unanswered, falls silent, or talks without sense.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telephony.asterisk.errors import NotAmiError, RemoteAmiError
from telephony.asterisk.framing import Framer
from telephony.asterisk.messages import Action, Message, parse
from telephony.asterisk.questions import ANSWER_WITHIN_S, Question, Questions
from telephony.asterisk.troubles import Trouble

PING_AFTER_S = 5.0
"""Silence after which we ask whether the other side is still there."""

SILENCE_S = 12.0
"""Silence after which it is not: a half-open connection is noticed within 15 s. Junk is silence, too."""

PING_EVERY_S = 60.0
"""However much is heard, we ask so often: the answer says what time it is there."""

MOST_UNANSWERED = 3
"""Questions in a row without an answer, after which the session is of no use."""

USUAL_FRAME = 2_048
"""Bytes. Longer frames are looked at even when nobody wants them: they may be beyond a limit."""

LONGEST_WORD = 100
"""Characters of the other side's own words that we repeat to people."""

SHUTTING_DOWN = "Asterisk is shutting down"
"""`Response: Error` with this message answers nothing: the connection is about to end (`manager.c`)."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session is open. `version` is the manager's, e.g. `11.0.0` for Asterisk 22."""

    version: str


@dataclass(frozen=True, slots=True)
class LoginRefused:
    """Asterisk does not take this user and secret. `message` is its own word, fit to be shown."""

    message: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request. `ok`: a success. `rows` of its list; None when it has none that is whole."""

    action_id: str
    ok: bool
    response: Message
    rows: tuple[Message, ...] | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer came in time. The action may or may not have been carried out."""

    action_id: str


@dataclass(frozen=True, slots=True)
class Pong:
    """The other side is there; everything that it had to tell came before. `at`: the time by its own clock,
    None when it does not say. `took_s`: from the question to the answer."""

    at: datetime | None
    took_s: float


@dataclass(frozen=True, slots=True)
class ShuttingDown:
    """Asterisk says that it is being shut down. Believed only when it hangs up: anybody could say so."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The session is of no use any more: hang up and connect again. `reason` is one sentence for people."""

    reason: str


Received = Message | LoggedIn | LoginRefused | Answered | Unanswered | Pong | ShuttingDown | Broken
"""What a session tells: a Message is an event that was wanted."""


class State(StrEnum):
    """Where the session is."""

    GREETING = "greeting"
    LOGGING_IN = "logging_in"
    READY = "ready"
    CLOSED = "closed"


class Protocol:
    """One session, from the greeting to its end. `wanted` are the names of the events to pass on,
    looked up anew for each. `token`: see `Questions`.

    `counters` counts what was odd. `lost` is set when something was dropped that may have mattered; whoever
    makes up for it clears it.
    """

    def __init__(self, user: str, secret: str, *, wanted: Collection[bytes], token: str, now: float) -> None:
        self.state = State.GREETING
        self.lost = False
        self._troubles: Counter[Trouble] = Counter()
        self._framer = Framer()
        self._questions = Questions(token)
        self._login = Action("Login", {"Username": user, "Secret": secret, "Events": "on"})
        self._wanted = wanted
        self._login_id = self._ping_id = ""
        self._outgoing = bytearray()
        self._heard_at = self._connected_at = self._ping_at = now

    @property
    def counters(self) -> Counter[Trouble]:
        """What was odd in what the other side sent, by its kind."""
        return self._troubles + self._framer.counters + self._questions.counters

    def request(self, action: Action, now: float) -> str:
        """Ask something; the ActionID that its `Answered` or `Unanswered` will carry.

        Raises UnsafeValueError, ActionTooLongError or TooManyQuestionsError.
        """
        action_id = self._questions.add(action)
        if self.state is State.READY:
            self._ask_next(now)
        return action_id

    def withdraw(self, action_id: str) -> bool:
        """Ask it no more; whether it was not asked yet."""
        return self._questions.withdraw(action_id)

    def data_to_send(self) -> bytes:
        """The bytes to write, once."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def receive_data(self, data: bytes, now: float) -> Iterator[Received]:
        """Take bytes from the other side; what they tell, in order. Never raises because of them.

        To be gone through to the end. What is wanted of later frames may change on the way.
        """
        if self.state is State.CLOSED:
            return
        too_long = self._framer.counters.total()
        try:
            frames = self._framer.feed(data)
        except NotAmiError as error:
            yield self._break(error.trouble, str(error))
            return
        self.lost |= self._framer.counters.total() > too_long
        self._greet(now)
        for name, frame in frames:
            if name is not None:
                self._heard_at = now
                if name not in self._wanted and len(frame) <= USUAL_FRAME and not self._may_be_row(frame):
                    continue  # the hot path: most frames end here, unread
            received = self._receive_frame(name, frame, now)
            if received is not None:
                yield received
                if isinstance(received, LoginRefused | Broken):
                    return

    def timer(self) -> float | None:
        """The moment at which `handle_timer` wants to be called; None: never."""
        if self.state is State.CLOSED:
            return None
        if self.state is State.GREETING:
            return self._connected_at + ANSWER_WITHIN_S
        if self._questions.open is None:
            return min(self._heard_at + PING_AFTER_S, self._ping_at)
        return min(self._questions.open.deadline, self._heard_at + SILENCE_S)

    def handle_timer(self, now: float) -> Received | None:
        """What the passing of time tells."""
        timer = self.timer()
        if timer is None or now < timer:
            return None
        if self.state is State.GREETING:
            return self._break(
                Trouble.NO_GREETING,
                "Something took the connection but did not greet as an Asterisk manager does.",
            )
        if self._questions.open is None:
            self._ping(now)
            return None
        if now >= self._heard_at + SILENCE_S:
            return self._break(
                Trouble.SILENT, f"The phone system has said nothing for {SILENCE_S:.0f} seconds."
            )
        return self._give_up(self._questions.open, now)

    def _ping(self, now: float) -> None:
        self._ping_at = now + PING_EVERY_S
        self._ping_id = self.request(Action("Ping", {}), now)

    def _give_up(self, question: Question, now: float) -> Received:
        self._questions.give_up()
        self._ping_at = now
        if question.action_id == self._login_id:
            return self._break(Trouble.NO_ANSWERS, "The phone system did not answer the log-in.")
        if self._questions.unanswered >= MOST_UNANSWERED:
            return self._break(
                Trouble.NO_ANSWERS,
                f"The phone system left {MOST_UNANSWERED} questions in a row without an answer.",
            )
        self._ask_next(now)
        return Unanswered(question.action_id)

    def _greet(self, now: float) -> None:
        """Log in once the greeting is there: an action before it would be lost."""
        if self.state is not State.GREETING or not self._framer.greeted:
            return
        self.state = State.LOGGING_IN
        self._heard_at = now
        self._login_id = self._questions.add_first(self._login)
        self._ask_next(now)

    def _ask_next(self, now: float) -> None:
        self._outgoing += self._questions.ask_next(now)

    def _break(self, trouble: Trouble, reason: str) -> Broken:
        self.state = State.CLOSED
        self._troubles[trouble] += 1
        return Broken(reason)

    def _receive_frame(self, name: bytes | None, frame: bytes, now: float) -> Received | None:
        """Pass on an event that is wanted, or take an answer."""
        message = self._parsed(frame)
        if message is None:
            return None
        if name is not None:
            return self._receive_event(message, name in self._wanted, len(frame), now)
        if message.kind == "Response":
            self._heard_at = now
            return self._receive_response(message, now)
        self._drop(Trouble.UNKNOWN_FRAME)
        return None

    def _may_be_row(self, frame: bytes) -> bool:
        """Whether the frame may belong to the list that is being answered."""
        asked = self._questions.open
        return asked is not None and asked.rows is not None and asked.mark in frame

    def _parsed(self, frame: bytes) -> Message | None:
        try:
            message = parse(frame)
        except RemoteAmiError as error:
            self._drop(error.trouble)
            return None
        if message.troubles:
            self._troubles.update(message.troubles)
        return message

    def _drop(self, trouble: Trouble) -> None:
        self._troubles[trouble] += 1
        self.lost = True

    def _receive_event(self, message: Message, wanted: bool, size: int, now: float) -> Received | None:
        asked = self._questions.open
        if asked is None or asked.rows is None or message.last("ActionID") != asked.action_id:
            return message if wanted else None
        match message.first("EventList").lower():
            case "complete":
                return self._answer(asked, now)
            case "cancelled":
                self._troubles[Trouble.LIST_UNFINISHED] += 1
                asked.rows = None
                return self._answer(asked, now)
        asked.add(message, size)
        return None

    def _receive_response(self, message: Message, now: float) -> Received | None:
        if message.name == "Error" and message.first("Message") == SHUTTING_DOWN:
            return ShuttingDown()
        asked = self._questions.open
        if asked is None or message.first("ActionID") != asked.action_id:
            self._troubles[Trouble.UNSOLICITED_ANSWER] += 1
            return None
        asked.response = message
        if asked.action_id == self._login_id:
            return self._logged_in(asked, message, now)
        if message.name == "Success" and message.first("EventList").lower() == "start":
            asked.rows = []
            return None
        return self._answer(asked, now)

    def _logged_in(self, asked: Question, message: Message, now: float) -> Received:
        if message.name == "Error":
            self.state = State.CLOSED
            said = message.first("Message")[:LONGEST_WORD]
            return LoginRefused("".join(char if char.isprintable() else "?" for char in said))
        if message.name != "Success":
            # Nothing that Asterisk says: a refusal is for good, so it must be one.
            return self._break(Trouble.NO_ANSWERS, "The phone system did not answer the log-in.")
        self.state = State.READY
        self._ping_at = now
        self._answer(asked, now)
        return LoggedIn(self._framer.version)

    def _answer(self, asked: Question, now: float) -> Answered | Pong:
        self._questions.answered()
        self._ask_next(now)
        response = asked.response or Message(())
        if asked.action_id == self._ping_id:
            return Pong(response.happened_at(), now - asked.asked_at)
        rows = None if asked.rows is None else tuple(asked.rows)
        return Answered(asked.action_id, response.name == "Success", response, rows)
