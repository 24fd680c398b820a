"""One connection to one Asterisk, from the greeting to its end: bytes and time in, our events out. Pure.

Puts together the protocol (log-in, questions, keep-alive), the translation and the resync. The shell
(`client`) only moves bytes and arms one timer. `now` is seconds of a clock that never goes back, `at` the
moment as an aware UTC datetime.
"""

import logging
from collections import Counter
from datetime import datetime
from enum import StrEnum

from telephony.asterisk import rights
from telephony.asterisk.commanding import CannotError, actions, outcome
from telephony.asterisk.errors import LocalAmiError
from telephony.asterisk.messages import Action, Message
from telephony.asterisk.orders import TOO_BUSY, Orders
from telephony.asterisk.protocol import (
    Answered,
    Broken,
    LoggedIn,
    LoginRefused,
    Pong,
    Protocol,
    Received,
    ShuttingDown,
    State,
    Unanswered,
)
from telephony.asterisk.resync import take_channels, take_queues
from telephony.asterisk.translate import Translator
from telephony.asterisk.troubles import Trouble
from telephony.commands import NO_LINK, Command, Outcome, Refused
from telephony.events import Event, LinkLost, LinkRefused, LinkUp
from telephony.source import Capability

log = logging.getLogger("telephony.asterisk")

RESYNC_EVERY_S = 300.0
"""How often Asterisk is asked for the truth although nothing seems wrong."""

RESYNC_APART_S = 10.0
"""What does not fit makes us ask again, but not more often than this."""

AT_ONCE_APART_S = 0.5
"""What makes us ask at once (events were dropped, settings reloaded) does so not more often than this."""

RESYNC_AGAIN_S = 30.0
"""A resync that failed is tried again after this."""

RELOAD = "Reload"
"""The session survives a reload of Asterisk's settings; its queues may not be the same."""

SHUTDOWN = "Shutdown"
"""Asterisk is stopped or restarted by somebody who may."""


class Question(StrEnum):
    """The lists of a resync. `Status` needs the `call` class for writing, `CoreShowChannels` `reporting`."""

    CHANNELS = "Status"
    CHANNELS_OTHERWISE = "CoreShowChannels"
    QUEUES = "QueueStatus"


class Session:
    """One connection. `closed` is True when it is of no use any more; the last event then says why.

    `up`: the log-in was taken. `refused`: it was refused, and must not be tried again. `denied`: what we may
    not command.
    """

    def __init__(self, translator: Translator, user: str, secret: str, *, token: str, now: float) -> None:
        self.up = False
        self.closed = False
        self.refused = False
        self.denied: frozenset[Capability] = frozenset()
        self._rights = ""
        self._link = translator.board.link
        self._user = user
        self._troubles: Counter[Trouble] = Counter()
        self._translator = translator
        translator.wanted |= {RELOAD.encode(), SHUTDOWN.encode()}
        self._protocol = Protocol(user, secret, wanted=translator.wanted, token=token, now=now)
        self._orders = Orders()
        self._asking: tuple[str, Question] | None = None
        self._shutting_down = False
        self._due_at = float("inf")
        self._asked_at = float("-inf")

    @property
    def counters(self) -> Counter[Trouble]:
        """What was odd in what the phone system sent, by its kind."""
        return self._protocol.counters + self._troubles

    def data_to_send(self) -> bytes:
        """The bytes to write, once."""
        return self._protocol.data_to_send()

    def timer(self) -> float | None:
        """The moment at which `handle_timer` wants to be called; None: never."""
        timer = self._protocol.timer()
        if timer is None:
            return None
        timer = min(timer, self._orders.deadline)
        return timer if self._asking is not None else min(timer, self._due_at)

    def receive_data(self, data: bytes, now: float, at: datetime) -> list[Event]:
        """What the bytes from the other side mean. Never raises because of them."""
        events: list[Event] = []
        for received in self._protocol.receive_data(data, now):
            events += self._take_guarded(received, now, at)
        if self._translator.resync_wanted or self._protocol.lost:
            self._protocol.lost = False
            self.resync_soon(now)
        return events

    def handle_timer(self, now: float, at: datetime) -> list[Event]:
        """What the passing of time means."""
        received = self._protocol.handle_timer(now)
        events = [] if received is None else self._take_guarded(received, now, at)
        self._orders.expire(now, self._protocol.withdraw)
        if self._asking is None and now >= self._due_at:
            self.resync(now)
        return events

    def receive_eof(self, at: datetime) -> list[Event]:
        """The other side hung up."""
        if self.closed:
            return []
        match self._protocol.state:
            case _ if self._shutting_down:
                reason = "The phone system was shut down; trying again until it is back."
            case State.LOGGING_IN:
                reason = "The phone system hung up on the log-in: does it permit this address?"
            case _:
                reason = "The phone system closed the connection."
        return [self._lost(reason, at)]

    def command(self, command: Command, context: str, now: float) -> int | Refused:
        """Ask for what an agent wants; a ticket for its outcome. Nothing waits for a link that is down."""
        if not self.up or self.closed:
            return NO_LINK
        asked: set[str] = set()
        try:
            for action in actions(command, self._translator.board, context):
                asked.add(self._protocol.request(action, now))
        except CannotError as error:
            return error.refused
        except LocalAmiError:
            for action_id in asked:
                self._protocol.withdraw(action_id)  # it cannot have been sent: others wait before it
            return TOO_BUSY
        return self._orders.begin(asked, now)

    def outcomes(self) -> list[tuple[int, Outcome]]:
        """What came of commands, by ticket, once."""
        if self.closed:
            self._orders.cut()
        return self._orders.fetch()

    def resync(self, now: float) -> None:
        """Ask what is alive."""
        self._asked_at = now
        self._due_at = now + RESYNC_EVERY_S
        self._ask(Question.CHANNELS, now)

    def resync_soon(self, now: float, apart_s: float = RESYNC_APART_S) -> None:
        """Ask what is alive, but only so long after it was asked the last time."""
        if self.up:
            self._due_at = min(self._due_at, max(now, self._asked_at + apart_s))

    def _ask(self, question: Question, now: float) -> None:
        self._asking = (self._protocol.request(Action(question.value, {}), now), question)

    def _take_guarded(self, received: Received, now: float, at: datetime) -> list[Event]:
        """A mistake of ours costs one event or one resync, never the link: callers choose what we read."""
        try:
            return self._take(received, now, at)
        except Exception:
            self._troubles[Trouble.UNEXPECTED] += 1
            if self._troubles[Trouble.UNEXPECTED] == 1:
                log.exception("%s: could not make sense of what the phone system sent", self._link)
        if isinstance(received, Answered):
            self._fail(now)
        self._translator.resync_wanted = True
        return []

    def _take(self, received: Received, now: float, at: datetime) -> list[Event]:
        """What the other side said."""
        match received:
            case Message():
                return self._event(received, now, at)
            case LoggedIn(version):
                self.up = True
                self._rights = self._protocol.request(Action(rights.QUESTION, {}), now)
                self.resync(now)
                return [LinkUp(link=self._link, at=at, version=f"Asterisk Call Manager/{version}")]
            case LoginRefused(message):
                return [self._refuse(message, at)]
            case Broken(reason):
                return [self._lost(reason, at)]
            case ShuttingDown():
                self._shutting_down = True
            case Pong(answered_at, took_s):
                if answered_at is not None:
                    self._translator.lag.pong(answered_at, at, took_s)
            case _:
                return self._answered(received, now, at)
        return []

    def _event(self, message: Message, now: float, at: datetime) -> list[Event]:
        if message.name == RELOAD:
            self.resync_soon(now, AT_ONCE_APART_S)
        elif message.name == SHUTDOWN:
            self._shutting_down = True
        else:
            return self._translator.translate(message, at)
        return []

    def _answered(self, answer: Answered | Unanswered, now: float, at: datetime) -> list[Event]:
        """Go through the lists of a resync, one after the other; or note what came of a command."""
        if isinstance(answer, Answered):
            self._orders.answered(answer.action_id, outcome(answer.response))
            if answer.action_id == self._rights:
                self.denied = rights.denied(answer.response)
        if self._asking is None or self._asking[0] != answer.action_id:
            return []
        question = self._asking[1]
        rows = answer.rows if isinstance(answer, Answered) and answer.ok else None
        if question is Question.QUEUES:
            return self._take_queues(answer, rows, now, at)
        if rows is not None:
            # What was dropped up to here, and what was to be asked again because of it, is made up for.
            self._translator.resync_wanted = self._protocol.lost = False
            self._due_at = self._asked_at + RESYNC_EVERY_S
            take_channels(self._translator.board, rows, at)
            self._ask(Question.QUEUES, now)
        elif question is Question.CHANNELS:
            self._ask(Question.CHANNELS_OTHERWISE, now)
        else:
            # Not allowed to know which calls are alive: then none must be declared dead.
            self._fail(now)
        return []

    def _take_queues(
        self, answer: Answered | Unanswered, rows: tuple[Message, ...] | None, now: float, at: datetime
    ) -> list[Event]:
        if isinstance(answer, Answered) and answer.response.name == "Error":
            rows = ()  # Where there are no queues at all the action is not known: nobody waits.
        if rows is None:
            self._fail(now)
            return []
        events = take_queues(self._translator.board, rows, at)
        self._asking = None
        return events

    def _fail(self, now: float) -> None:
        self._asking = None
        self._troubles[Trouble.RESYNC_FAILED] += 1
        self.resync_soon(now, RESYNC_AGAIN_S)

    def _lost(self, reason: str, at: datetime) -> LinkLost:
        self.closed = True
        return LinkLost(link=self._link, at=at, reason=reason)

    def _refuse(self, message: str, at: datetime) -> LinkRefused:
        self.closed = self.refused = True
        reason = (
            f"The phone system refused the log-in of {self._user!r} ({message}). "
            "Compare user and secret of the link with manager.conf, and its permit lines with this address; "
            "then start again."
        )
        return LinkRefused(link=self._link, at=at, reason=reason)
