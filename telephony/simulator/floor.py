"""The agents of the simulated day: who is free, who has a moment to herself, who takes a break. Pure."""

from collections.abc import Callable, Iterable
from random import Random

from telephony.simulator.exchange import Exchange, Script

REST_S = (3.0, 8.0)  # between two calls of an agent
BREAKS_APART_S = (150.0, 300.0)  # one agent at a time takes a break
BREAK_S = (30.0, 75.0)
REASONS = ("Coffee", "Lunch", "Training", "Back office")


class Floor:
    """The phones of all agents. `freed` is called when one becomes free."""

    def __init__(
        self, exchange: Exchange, interfaces: Iterable[str], random: Random, freed: Callable[[], None]
    ) -> None:
        self._exchange = exchange
        self._random = random
        self._freed = freed
        self._idle_since = dict.fromkeys(interfaces, 0.0)  # the free agents, by offset

    def free(self, interfaces: Iterable[str]) -> list[str]:
        """Who of these is free, whoever has been without a call for longest first."""
        return sorted(
            (interface for interface in interfaces if interface in self._idle_since),
            key=self._idle_since.__getitem__,
        )

    def colleague(self) -> str | None:
        """Anybody who is free."""
        return self._random.choice(list(self._idle_since)) if self._idle_since else None

    def take(self, interface: str) -> None:
        """The phone is busy from now on."""
        del self._idle_since[interface]

    def free_again(self, interface: str) -> None:
        """The phone is free from now on; whoever calls this sees to it that callers are served."""
        self._idle_since[interface] = self._exchange.offset_s

    def rest(self, interface: str) -> None:
        """The agent has talked and is free after a moment."""
        self._exchange.plan(self._random.uniform(*REST_S), lambda: self._serve_again(interface))

    def breaks(self) -> Script:
        """Now and then somebody who is free takes a short break."""
        while True:
            yield self._random.uniform(*BREAKS_APART_S)
            interface = self.colleague()
            if interface is not None:
                self.take(interface)
                self._exchange.pause(interface, self._random.choice(REASONS))
                yield self._random.uniform(*BREAK_S)
                self._exchange.unpause(interface)
                self._serve_again(interface)

    def _serve_again(self, interface: str) -> None:
        self.free_again(interface)
        self._freed()
