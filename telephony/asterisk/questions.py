"""What was asked of an Asterisk and is not answered yet: one at a time, as the manual asks for. Pure.

An answer belongs to a question by its ActionID alone, never by its text or place.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count

from telephony.asterisk.errors import TooManyQuestionsError
from telephony.asterisk.messages import Action, Message, encode
from telephony.asterisk.troubles import Trouble

ANSWER_WITHIN_S = 10.0
"""How long Asterisk may take for an answer, the log-in and a whole list included (after a wrong log-in it
sleeps 1 s)."""

MAX_WAITING = 64
"""Questions that wait until those before them are answered."""

MAX_LIST = 20_000
"""Rows of one list. With one more it is no list any more: of a part, nobody knows what is missing."""

MAX_LIST_BYTES = 8 * 1024 * 1024
"""The same in bytes: some 10,000 channels. As Python keeps them that is about ten times as much."""


@dataclass(slots=True)
class Question:
    """A request: waiting to be sent, or (with a deadline) for its answer."""

    action_id: str
    data: bytes
    asked_at: float = 0.0
    response: Message | None = None
    rows: list[Message] | None = None
    size: int = 0
    too_long: bool = False
    mark: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.mark = self.action_id.encode()

    @property
    def deadline(self) -> float:
        """When the answer must be there, whole."""
        return self.asked_at + ANSWER_WITHIN_S

    def add(self, row: Message, size: int) -> None:
        """A row of the list; a list that is too long is let go of."""
        if self.rows is None or self.too_long:
            return
        self.size += size
        self.rows.append(row)
        if len(self.rows) > MAX_LIST or self.size > MAX_LIST_BYTES:
            self.too_long = True
            self.rows.clear()


class Questions:
    """The questions of one session. `counters` counts what went wrong with their answers.

    `token` goes into every ActionID. It must be new and not to be guessed: a caller whose number looks like
    the end of a list must not be able to end one.
    """

    def __init__(self, token: str) -> None:
        self.open: Question | None = None
        self.unanswered = 0
        self.counters: Counter[Trouble] = Counter()
        self._token = token
        self._ids = count(1)
        self._waiting: deque[Question] = deque()

    def add(self, action: Action) -> str:
        """A question to ask when its turn comes; its ActionID.

        Raises UnsafeValueError, ActionTooLongError or TooManyQuestionsError.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise TooManyQuestionsError(MAX_WAITING)
        action_id = f"{self._token}-{next(self._ids)}"
        self._waiting.append(Question(action_id, encode(action, action_id)))
        return action_id

    def add_first(self, action: Action) -> str:
        """The same, for a question that goes before all others."""
        action_id = self.add(action)
        self._waiting.rotate(1)
        return action_id

    def withdraw(self, action_id: str) -> bool:
        """Do not ask it any more; whether it was not asked yet."""
        waiting = len(self._waiting)
        self._waiting = deque(each for each in self._waiting if each.action_id != action_id)
        return len(self._waiting) < waiting

    def ask_next(self, now: float) -> bytes:
        """The bytes of the next question, when none is open; it is open from now on."""
        if self.open is not None or not self._waiting:
            return b""
        self.open = self._waiting.popleft()
        self.open.asked_at = now
        return self.open.data

    def answered(self) -> None:
        """The open question is answered, whole."""
        if self.open is not None and self.open.too_long:
            self.counters[Trouble.LIST_TOO_LONG] += 1
            self.open.rows = None
        self.unanswered = 0
        self.open = None

    def give_up(self) -> None:
        """The open question was not answered in time. `unanswered` counts those in a row."""
        begun = self.open is not None and self.open.rows is not None
        self.counters[Trouble.LIST_UNFINISHED if begun else Trouble.UNANSWERED] += 1
        self.unanswered += 1
        self.open = None
