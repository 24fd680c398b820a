"""One connection to one Asterisk, from the greeting to its end: bytes and time in, our events out. Pure.

Puts together the protocol (log-in, questions, keep-alive), the translation and the resync. The shell
(`client`) only moves bytes and arms one timer. `now` is seconds of a clock that never goes back, `at` the
moment as an aware UTC datetime.
"""

from collections import Counter
from datetime import datetime
from enum import StrEnum

from telephony.asterisk.messages import Action, Message
from telephony.asterisk.protocol import (
    Answered,
    Broken,
    LoggedIn,
    LoginRefused,
    Protocol,
    Received,
    State,
    Unanswered,
)
from telephony.asterisk.resync import take_channels, take_queues
from telephony.asterisk.translate import Translator
from telephony.events import Event, LinkLost, LinkRefused, LinkUp

RESYNC_EVERY_S = 300.0
"""How often Asterisk is asked for the truth although nothing seems wrong."""

RESYNC_APART_S = 10.0
"""What does not fit makes us ask again, but not more often than this."""

RELOAD = b"Reload"
"""The session survives a reload of Asterisk's settings; its queues may not be the same."""


class Question(StrEnum):
    """The lists of a resync. `Status` needs the `call` class for writing, `CoreShowChannels` `reporting`."""

    CHANNELS = "Status"
    CHANNELS_OTHERWISE = "CoreShowChannels"
    QUEUES = "QueueStatus"


class Session:
    """One connection. `closed` is True when it is of no use any more; the last event then says why.

    `up`: the log-in was taken. `refused`: it was refused, and must not be tried again.
    """

    def __init__(self, translator: Translator, user: str, secret: str, *, token: str, now: float) -> None:
        self.up = False
        self.closed = False
        self.refused = False
        self._link = translator.board.link
        self._user = user
        self._translator = translator
        translator.wanted.add(RELOAD)
        self._protocol = Protocol(user, secret, wanted=translator.wanted, token=token, now=now)
        self._asking: tuple[str, Question] | None = None
        self._again = False
        self._due_at = float("inf")
        self._asked_at = float("-inf")

    @property
    def counters(self) -> Counter[str]:
        """What was dropped because it could not be read, by the reason."""
        return self._protocol.counters

    def data_to_send(self) -> bytes:
        """The bytes to write, once."""
        return self._protocol.data_to_send()

    def timer(self) -> float | None:
        """The moment at which `handle_timer` wants to be called; None: never."""
        timer = self._protocol.timer()
        return None if timer is None else min(timer, self._due_at)

    def receive_data(self, data: bytes, now: float, at: datetime) -> list[Event]:
        """What the bytes from the other side mean. Never raises because of them."""
        return self._take(self._protocol.receive_data(data, now), now, at)

    def handle_timer(self, now: float, at: datetime) -> list[Event]:
        """What the passing of time means."""
        events = self._take(self._protocol.handle_timer(now), now, at)
        if now >= self._due_at:
            self.resync(now)
        return events

    def receive_eof(self, at: datetime) -> list[Event]:
        """The other side hung up."""
        if self.closed:
            return []
        if self._protocol.state is State.LOGGING_IN:
            return [self._lost("The phone system hung up on the log-in: does it permit this address?", at)]
        return [self._lost("The phone system closed the connection.", at)]

    def resync(self, now: float) -> None:
        """Ask what is alive; if that is being asked already, once more after it."""
        self._due_at = now + RESYNC_EVERY_S
        self._again = self._asking is not None
        if self._asking is None:
            self._asked_at = now
            self._ask(Question.CHANNELS, now)

    def resync_soon(self, now: float) -> None:
        """Ask what is alive, but not at once when that was asked a moment ago."""
        if self.up:
            self._due_at = min(self._due_at, max(now, self._asked_at + RESYNC_APART_S))

    def _ask(self, question: Question, now: float) -> None:
        self._asking = (self._protocol.request(Action(question.value, {}), now), question)

    def _take(self, received: list[Received], now: float, at: datetime) -> list[Event]:
        events: list[Event] = []
        for one in received:
            if isinstance(one, Message):
                events += self._event(one, now, at)
            else:
                events += self._word(one, now, at)
        if self._translator.resync_wanted:
            self.resync_soon(now)
        return events

    def _event(self, message: Message, now: float, at: datetime) -> list[Event]:
        if message.name == RELOAD.decode():
            self.resync(now)
            return []
        return self._translator.translate(message, at)

    def _word(
        self, word: LoggedIn | LoginRefused | Answered | Unanswered | Broken, now: float, at: datetime
    ) -> list[Event]:
        match word:
            case LoggedIn(version):
                self.up = True
                self.resync(now)
                return [LinkUp(link=self._link, at=at, version=f"Asterisk Call Manager/{version}")]
            case LoginRefused(message):
                return [self._refuse(message, at)]
            case Broken(reason):
                return [self._lost(reason, at)]
            case _:
                return self._answered(word, now, at)

    def _answered(self, answer: Answered | Unanswered, now: float, at: datetime) -> list[Event]:
        """Go through the lists of a resync, one after the other. Other answers (to pings) say nothing."""
        if self._asking is None or self._asking[0] != answer.action_id:
            return []
        question = self._asking[1]
        rows = answer.rows if isinstance(answer, Answered) and answer.ok else None
        if question is Question.QUEUES:
            # Where there are no queues at all the action is not known: nobody waits.
            return self._finish(take_queues(self._translator.board, rows or (), at), now)
        if rows is not None:
            self._translator.resync_wanted = False
            take_channels(self._translator.board, rows, at)
            self._ask(Question.QUEUES, now)
        elif question is Question.CHANNELS:
            self._ask(Question.CHANNELS_OTHERWISE, now)
        else:
            # Not allowed to know which calls are alive: then none must be declared dead.
            self._protocol.counters["resync refused"] += 1
            return self._finish([], now)
        return []

    def _finish(self, events: list[Event], now: float) -> list[Event]:
        self._asking = None
        self._due_at = self._asked_at + RESYNC_EVERY_S
        if self._again:
            self.resync(now)
        return events

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
