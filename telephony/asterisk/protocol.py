"""One AMI session without I/O: log-in, questions and their answers, keep-alive.

Bytes and time go in, what happened comes out; the shell only moves bytes and arms one timer:

    for received in protocol.receive_data(data, now): ...
    transport.write(protocol.data_to_send())
    arm(protocol.timer())          # then: for received in protocol.handle_timer(now): ...

`now` is seconds of any clock that never goes back. Questions (`request`) go out one at a time, as the manual
asks for; an answer is found by its ActionID, never by its text. Events are passed on only when their name is
wanted, and parsed only then.
"""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from telephony.asterisk.errors import NotAmiError, RemoteAmiError
from telephony.asterisk.framing import Framer, event_name
from telephony.asterisk.messages import Action, Message, encode, parse

ANSWER_WITHIN_S = 10.0
"""How long Asterisk may take for an answer, the log-in included (after a wrong one it sleeps 1 s)."""

PING_AFTER_S = 5.0
"""Silence after which we ask whether the other side is still there."""

SILENCE_S = 12.0
"""Silence after which it is not: a half-open connection is noticed within 15 s."""

MAX_LIST = 20_000
"""Rows of one list that are kept; what comes after them is counted and dropped."""

SHUTTING_DOWN = "Asterisk is shutting down"
"""`Response: Error` with this message answers nothing: the connection is about to end (`manager.c`)."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session is open. `version` is the manager's, e.g. `11.0.0` for Asterisk 22."""

    version: str


@dataclass(frozen=True, slots=True)
class LoginRefused:
    """Asterisk does not take this user and secret. `message` is its own word."""

    message: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request, with the rows of its list (empty when it has none). `ok`: not an error."""

    action_id: str
    ok: bool
    response: Message
    rows: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer came in time. The action may or may not have been carried out."""

    action_id: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The session is of no use any more: hang up and connect again. `reason` is one sentence for people."""

    reason: str


Received = Message | LoggedIn | LoginRefused | Answered | Unanswered | Broken
"""What a session tells: a Message is an event that was wanted."""


class State(StrEnum):
    """Where the session is."""

    GREETING = "greeting"
    LOGGING_IN = "logging_in"
    READY = "ready"
    CLOSED = "closed"


@dataclass
class _Question:
    """A request: waiting to be sent, or (with a deadline) for its answer."""

    action_id: str
    data: bytes
    deadline: float = 0.0
    response: Message | None = None
    rows: list[Message] | None = None


class Protocol:
    """One session, from the greeting to its end. `wanted` are the names of the events to pass on,
    looked up anew for each.

    `token` goes into every ActionID. It must be new and not to be guessed: a caller whose number looks like
    the end of a list must not be able to end one.
    """

    def __init__(self, user: str, secret: str, *, wanted: Collection[bytes], token: str, now: float) -> None:
        self.state = State.GREETING
        self.counters: Counter[str] = Counter()
        self._framer = Framer()
        self._login = Action("Login", {"Username": user, "Secret": secret, "Events": "on"})
        self._wanted = wanted
        self._token = token
        self._ids = count(1)
        self._waiting: deque[_Question] = deque()
        self._asked: _Question | None = None
        self._login_id = ""
        self._outgoing = bytearray()
        self._heard_at = now
        self._connected_at = now

    def request(self, action: Action, now: float) -> str:
        """Ask something; the ActionID that its `Answered` or `Unanswered` will carry.

        Raises UnsafeValueError or ActionTooLongError.
        """
        action_id = f"{self._token}-{next(self._ids)}"
        self._waiting.append(_Question(action_id, encode(action, action_id)))
        if self.state is State.READY:
            self._ask_next(now)
        return action_id

    def data_to_send(self) -> bytes:
        """The bytes to write, once."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def receive_data(self, data: bytes, now: float) -> list[Received]:
        """Take bytes from the other side; what they tell, in order. Never raises because of them."""
        if self.state is State.CLOSED:
            return []
        self._heard_at = now
        try:
            frames = self._framer.feed(data)
        except NotAmiError as error:
            return [self._break(str(error))]
        self._greet(now)
        received: list[Received] = []
        for frame in frames:
            self._receive_frame(frame, now, received)
        self.counters.update(self._framer.counters)
        self._framer.counters.clear()
        return received

    def timer(self) -> float | None:
        """The moment at which `handle_timer` wants to be called; None: never."""
        if self.state is State.CLOSED:
            return None
        if self.state is State.GREETING:
            return self._connected_at + ANSWER_WITHIN_S
        if self._asked is None:
            return self._heard_at + PING_AFTER_S
        return min(self._asked.deadline, self._heard_at + SILENCE_S)

    def handle_timer(self, now: float) -> list[Received]:
        """What the passing of time tells."""
        timer = self.timer()
        if timer is None or now < timer:
            return []
        if self.state is State.GREETING:
            return [
                self._break("Something took the connection but did not greet as an Asterisk manager does.")
            ]
        if now >= self._heard_at + SILENCE_S:
            return [self._break(f"The phone system has been silent for {SILENCE_S:.0f} seconds.")]
        if self._asked is None:
            self.request(Action("Ping", {}), now)
            return []
        return self._give_up(self._asked, now)

    def _give_up(self, question: _Question, now: float) -> list[Received]:
        if question.action_id == self._login_id:
            return [self._break("The phone system did not answer the log-in.")]
        self._asked = None
        self._ask_next(now)
        return [Unanswered(question.action_id)]

    def _greet(self, now: float) -> None:
        """Log in once the greeting is there: an action before it would be lost."""
        if self.state is not State.GREETING or not self._framer.greeted:
            return
        self.state = State.LOGGING_IN
        self._login_id = self.request(self._login, now)
        # The log-in goes first, whatever was asked before it.
        self._waiting.rotate(1)
        self._ask_next(now)

    def _ask_next(self, now: float) -> None:
        if self._asked is None and self._waiting:
            self._asked = self._waiting.popleft()
            self._asked.deadline = now + ANSWER_WITHIN_S
            self._outgoing += self._asked.data

    def _break(self, reason: str) -> Broken:
        self.state = State.CLOSED
        return Broken(reason)

    def _receive_frame(self, frame: bytes, now: float, received: list[Received]) -> None:
        """Pass on an event that is wanted, or take an answer. This is the hot path: most frames end here."""
        name = event_name(frame)
        if name and name not in self._wanted and not self._is_row(frame):
            return
        message = self._parsed(frame)
        if message is None:
            return
        if message.kind == "Event":
            self._receive_event(message, now, received)
        elif message.kind == "Response":
            self._receive_response(message, now, received)
        else:
            self.counters["neither event nor response"] += 1

    def _is_row(self, frame: bytes) -> bool:
        """Whether the frame may belong to the list that is being answered."""
        asked = self._asked
        return asked is not None and asked.rows is not None and asked.action_id.encode() in frame

    def _parsed(self, frame: bytes) -> Message | None:
        try:
            return parse(frame)
        except RemoteAmiError as error:
            self.counters[type(error).__name__] += 1
            return None

    def _receive_event(self, message: Message, now: float, received: list[Received]) -> None:
        asked = self._asked
        if asked is None or asked.rows is None or message.last("ActionID") != asked.action_id:
            received.append(message)
        elif message.first("EventList").lower() in {"complete", "cancelled"}:
            received.append(self._answer(asked, now))
        elif len(asked.rows) < MAX_LIST:
            asked.rows.append(message)
        else:
            self.counters["list too long"] += 1

    def _receive_response(self, message: Message, now: float, received: list[Received]) -> None:
        if message.name == "Error" and message.first("Message") == SHUTTING_DOWN:
            received.append(self._break("The phone system is shutting down."))
            return
        asked = self._asked
        if asked is None or message.first("ActionID") != asked.action_id:
            self.counters["answer to nothing"] += 1
            return
        asked.response = message
        if asked.action_id == self._login_id:
            received.append(self._logged_in(message, now))
        elif message.name == "Success" and message.first("EventList").lower() == "start":
            asked.rows = []
        else:
            received.append(self._answer(asked, now))

    def _logged_in(self, message: Message, now: float) -> Received:
        if message.name != "Success":
            self.state = State.CLOSED
            return LoginRefused(message.first("Message"))
        self.state = State.READY
        self._asked = None
        self._ask_next(now)
        return LoggedIn(self._framer.version)

    def _answer(self, asked: _Question, now: float) -> Answered:
        self._asked = None
        self._ask_next(now)
        response = asked.response or Message(())
        return Answered(asked.action_id, response.name != "Error", response, tuple(asked.rows or ()))
