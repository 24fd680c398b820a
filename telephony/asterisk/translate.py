"""AMI events -> our events. Pure, with a memory: the switchboard of `model`.

A frame counts only with the full header set of its type (`handlers.TABLE`) and with channels that were
introduced before, under the same name and Uniqueid. What fails is counted, logged without any value of it,
and makes the translator want a resync: Asterisk's own list is the truth.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from telephony.asterisk.frames import Unfit
from telephony.asterisk.handlers import DIALPLAN_STEP, TABLE
from telephony.asterisk.lag import Lag
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Switchboard
from telephony.asterisk.troubles import Trouble
from telephony.events import Event, LinkName

log = logging.getLogger("telephony.asterisk")


def nobody(_interface: str) -> bool:
    """No agents are known but the members of queues."""
    return False


class Translator:
    """Makes our events of what one Asterisk tells. Lives as long as the link, over all its connections.

    `wanted` are the names of the events to pass to `translate`; the set changes as calls go by. `counters`
    counts what was dropped, by the reason. `resync_wanted` is set by every drop; whoever resyncs clears it.
    `lag` says how late events come.
    """

    def __init__(self, link: LinkName, is_agent: Callable[[str], bool] = nobody) -> None:
        self.board = Switchboard(link, is_agent)
        self.counters: Counter[Trouble] = Counter()
        self.resync_wanted = False
        self.lag = Lag()
        self.wanted = {name.encode() for name in TABLE} - {DIALPLAN_STEP}

    def translate(self, message: Message, at: datetime) -> list[Event]:
        """What an AMI event received at `at` (aware UTC) means to us: often nothing. Never raises."""
        rule = TABLE.get(message.name)
        if rule is None:
            return []
        try:
            rule.check(message)
            events = rule.handle(self.board, message, self._time(message, at))
        except Unfit as unfit:
            self._drop(message.name, unfit.trouble)
            return []
        self._want_dialplan_steps(bool(self.board.undecided))
        return events

    def _time(self, message: Message, received_at: datetime) -> datetime:
        sent_at = message.happened_at()
        if sent_at is None:
            return received_at
        self.lag.event(sent_at, received_at)
        return sent_at

    def _want_dialplan_steps(self, wanted: bool) -> None:
        if wanted:
            self.wanted.add(DIALPLAN_STEP)
        else:
            self.wanted.discard(DIALPLAN_STEP)

    def _drop(self, name: str, reason: Trouble) -> None:
        self.counters[reason] += 1
        self.resync_wanted = True
        level = logging.WARNING if self.counters[reason] == 1 else logging.DEBUG
        log.log(level, "%s: dropped a %s event: %s", self.board.link, name, reason)
