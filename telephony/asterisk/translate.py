"""AMI events -> our events. Pure, with a memory: the switchboard of `model`.

A frame counts only with the full header set of its type (`handlers.TABLE`) and with channels that were
introduced before, under the same name and Uniqueid. What fails is counted, logged without any value of it,
and makes the translator want a resync: Asterisk's own list is the truth. What may only have come too early is
tried again when something is said of a channel that it is about, and then alone: a flood of the one kind must
not make work with the other.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from telephony.asterisk.frames import TooEarly, Unfit, uniqueids
from telephony.asterisk.handlers import DIALPLAN_STEP, INTRODUCING, MEMBER_STATUS, TABLE
from telephony.asterisk.lag import Lag
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Early, Switchboard
from telephony.asterisk.troubles import Trouble
from telephony.events import Event, LinkName

EARLY_BY = timedelta(seconds=2)
"""A frame about a channel that is not known waits so long for the one that introduces it: Asterisk publishes
from several threads, and what belongs together may come in another order."""

MOST_EARLY = 64
"""Frames that may wait so."""

ECHOES = 256
"""Frames of which it is remembered that they came."""

log = logging.getLogger("telephony.asterisk")


def nobody(_interface: str) -> bool:
    """No agents are known but the members of queues."""
    return False


class Translator:
    """Makes our events of what one Asterisk tells. Lives as long as the link, over all its connections.

    `wanted` are the names of the events to pass to `translate`; the set changes as calls go by. `counters`
    counts what was dropped, by the reason. `resync_wanted` is set by what does not fit; a resync clears it.
    `lag` says how late events come.
    """

    def __init__(self, link: LinkName, is_agent: Callable[[str], bool] = nobody) -> None:
        self.board = Switchboard(link, is_agent)
        self.counters: Counter[Trouble] = Counter()
        self.resync_wanted = False
        self.lag = Lag()
        self.wanted = {name.encode() for name in TABLE} - {DIALPLAN_STEP}
        self._seen: OrderedDict[int, None] = OrderedDict()

    def translate(self, message: Message, at: datetime) -> list[Event]:
        """What an AMI event received at `at` (aware UTC) means to us: often nothing. Never raises."""
        self._give_up(at)
        if message.name not in TABLE or self._is_echo(message):
            return []
        events = self._handle(message, at, self._time(message, at))
        if message.name in INTRODUCING and self.board.early:
            events += self._try_again(message)
        self._want(DIALPLAN_STEP, bool(self.board.undecided))
        self._want(MEMBER_STATUS, not self.board.members.listed)
        return events

    def _handle(self, message: Message, received_at: datetime, happened_at: datetime) -> list[Event]:
        rule = TABLE[message.name]
        try:
            rule.check(message)
            return rule.handle(self.board, message, happened_at)
        except TooEarly as early:
            about = uniqueids(message)
            self.board.early.append(Early(message, about, received_at, happened_at, early.trouble))
            self.resync_wanted = True
        except Unfit as unfit:
            self._drop(message.name, unfit.trouble)
        return []

    def _try_again(self, introduction: Message) -> list[Event]:
        """What did not fit before and may fit now, in the same order; what still does not goes on waiting."""
        waiting, self.board.early = self.board.early, []
        about = set(uniqueids(introduction))
        events: list[Event] = []
        for early in waiting:
            if about.isdisjoint(early.about):
                self.board.early.append(early)
                continue
            still = len(self.board.early)
            events += self._handle(early.message, early.received_at, early.happened_at)
            if len(self.board.early) == still:
                about |= early.about  # it fit: so may what waits for it
        return events

    def _give_up(self, at: datetime) -> None:
        """Drop what waited for too long, or with too many others."""
        early = self.board.early
        while early and (at - early[0].received_at > EARLY_BY or len(early) > MOST_EARLY):
            gone = early.pop(0)
            if not gone.listed:
                self._drop(gone.message.name, gone.trouble)

    def _is_echo(self, message: Message) -> bool:
        """Whether this very frame came a moment ago: no two that differ have the same timestamp and words."""
        if "Timestamp" not in message or message.has_wrong_time():
            return False
        echo = message.fingerprint in self._seen
        self._seen[message.fingerprint] = None
        if len(self._seen) > ECHOES:
            self._seen.popitem(last=False)
        return echo

    def _time(self, message: Message, received_at: datetime) -> datetime:
        sent_at = message.happened_at()
        if sent_at is None:
            if message.has_wrong_time():
                self.counters[Trouble.WRONG_TIME] += 1
            return received_at
        self.lag.event(sent_at, received_at)
        return sent_at

    def _want(self, name: bytes, wanted: bool) -> None:
        if wanted:
            self.wanted.add(name)
        else:
            self.wanted.discard(name)

    def _drop(self, name: str, reason: Trouble) -> None:
        self.counters[reason] += 1
        self.resync_wanted = True
        level = logging.WARNING if self.counters[reason] == 1 else logging.DEBUG
        log.log(level, "%s: dropped a %s event: %s", self.board.link, name, reason)
