"""What boards show of a shift: from the moment at which a caller joins until the caller is on a board."""

import re
from collections.abc import Sequence
from time import perf_counter

from tests.bench.report import Series
from tests.bench.stage import Stage
from tests.bench.watchers import Message, Place, Watcher, open_boards

HEAD_BYTES = 64
TICK = re.compile(rb'{"topic":"board","seq":(\d+),')
WAITER = re.compile(rb"waiter-main-(\d+)_2e_(\d+)")


class Boards:
    """Open boards. Only the first is read: all get the same frames, so it says for all what is in which."""

    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
        self._arrived: dict[Watcher, dict[int, float]] = {}
        self._shown: dict[str, int] = {}

    async def open(self, places: Sequence[Place]) -> None:
        """Open a board at each of these places."""
        self.watchers = await open_boards(places, self._seen)

    def close(self) -> None:
        """Close them all."""
        for watcher in self.watchers:
            watcher.close()
        self.watchers = []
        self.forget()

    def forget(self) -> None:
        """Begin a new round."""
        self._arrived = {watcher: {} for watcher in self.watchers}
        self._shown = {}
        for watcher in self.watchers:
            watcher.bytes = watcher.messages = 0

    def _seen(self, watcher: Watcher, message: Message, at: float) -> None:
        if not self.watchers:
            return
        tick = TICK.match(message.head(HEAD_BYTES))
        if tick is None:
            return
        number = int(tick[1])
        self._arrived.setdefault(watcher, {})[number] = at
        if watcher is self.watchers[0]:
            for found in WAITER.finditer(message.whole()):
                self._shown.setdefault(b".".join(found.groups()).decode(), number)

    def times(self, joined: dict[str, float]) -> list[float]:
        """For each of these calls and each board, seconds from joining until it was there."""
        shown = ((self._shown[call], at) for call, at in joined.items() if call in self._shown)
        numbers = [(number, at) for number, at in shown]
        return [
            arrived[number] - at
            for arrived in self._arrived.values()
            for number, at in numbers
            if number in arrived
        ]

    @property
    def bytes_each(self) -> float:
        """What came to one board in this round."""
        return sum(watcher.bytes for watcher in self.watchers) / len(self.watchers)

    @property
    def messages_each(self) -> float:
        """How many messages, ticks and beats, came to one board in this round."""
        return sum(watcher.messages for watcher in self.watchers) / len(self.watchers)


class Measured:
    """Rounds of a shift with boards open. `load` is the share of its processor that the server used in each,
    `rates` the bytes a second of a board, `messages` its messages a second."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.boards, self.pops = Series(name), Series(name)
        self.load: list[float] = []
        self.rates: list[float] = []
        self.messages: list[float] = []

    async def add(self, stage: Stage, boards: Boards, gaps: Sequence[float]) -> None:
        """One more round."""
        boards.forget()
        began, used = perf_counter(), stage.cpu_seconds()
        await stage.measure(self.pops, gaps)
        lasted = perf_counter() - began
        self.load.append((stage.cpu_seconds() - used) / lasted)
        if boards.watchers:
            self.boards.add(boards.times(stage.rings.queued), 0.0, len(gaps) * len(boards.watchers))
            self.rates.append(boards.bytes_each / lasted)
            self.messages.append(boards.messages_each / lasted)
