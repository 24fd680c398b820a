"""Who is in which queue of the simulated phone system, as commands leave it, and who is paused. Pure."""

from collections.abc import Mapping, Sequence


class Members:
    """`queues` are the interfaces of the agents in each, in the order in which they are rung."""

    def __init__(self, queues: Mapping[str, Sequence[str]]) -> None:
        self._queues = {queue: list(interfaces) for queue, interfaces in queues.items()}
        self._left: set[tuple[str, str]] = set()
        self.paused: set[str] = set()

    def __contains__(self, queue: str) -> bool:
        """Whether there is such a queue."""
        return queue in self._queues

    def free(self, queue: str) -> list[str]:
        """Who may be rung for a queue."""
        return [each for each in self._queues.get(queue, ()) if each not in self.paused]

    def is_in(self, interface: str, queue: str) -> bool:
        """Whether the agent is in the queue."""
        return interface in self._queues.get(queue, ())

    def is_rung(self, interface: str, queue: str) -> bool:
        """Whether the programme may ring the agent for the queue: it does not know of commands."""
        return interface not in self.paused and (interface, queue) not in self._left

    def join(self, interface: str, queue: str) -> bool:
        """Into a queue; False when the agent was there."""
        if self.is_in(interface, queue):
            return False
        self._left.discard((interface, queue))
        self._queues[queue].append(interface)
        return True

    def leave(self, interface: str, queue: str) -> bool:
        """Out of a queue; False when the agent was not there."""
        if not self.is_in(interface, queue):
            return False
        self._left.add((interface, queue))
        self._queues[queue].remove(interface)
        return True

    def in_none(self, interface: str) -> bool:
        """Whether the agent is in no queue."""
        return not any(interface in interfaces for interfaces in self._queues.values())
