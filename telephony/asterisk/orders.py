"""Commands under way over one connection: which actions each consists of, and what came of it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from telephony.commands import Done, Outcome, Refused, Unsure
from telephony.source import ANSWER_WITHIN_S

TOO_BUSY = Refused("The phone system is too busy to be asked: try again, or do it at the phone.")
NO_ANSWER = Unsure(f"The phone system did not answer within {ANSWER_WITHIN_S:.0f} s: look at the phone.")
CUT = Unsure("The connection to the phone system broke before it answered: look at the phone.")


@dataclass(slots=True)
class Order:
    """One command: the ActionIDs that have no answer yet (`begun`: others had), and the worst that came."""

    open: set[str]
    deadline: float
    begun: bool = False
    outcome: Outcome = field(default_factory=Done)


class Orders:
    """The commands under way, by ticket. `outcomes` are those that are over, until they are fetched."""

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._tickets = count(1)
        self._over: list[tuple[int, Outcome]] = []

    @property
    def deadline(self) -> float:
        """When the first of them has waited for too long."""
        return min((order.deadline for order in self._orders.values()), default=float("inf"))

    def begin(self, action_ids: set[str], now: float) -> int:
        """A command was asked for; its ticket."""
        ticket = next(self._tickets)
        self._orders[ticket] = Order(action_ids, now + ANSWER_WITHIN_S)
        return ticket

    def answered(self, action_id: str, outcome: Outcome) -> None:
        """An action was answered: of a command of ours, or something else."""
        for ticket, order in self._orders.items():
            if action_id in order.open:
                order.open.discard(action_id)
                order.begun = True
                if not isinstance(outcome, Done):
                    order.outcome = outcome
                if not order.open:
                    self._end(ticket, order.outcome)
                return

    def expire(self, now: float, withdraw: Callable[[str], bool]) -> None:
        """End what has waited for too long. `withdraw` sees to it that an action is not sent any more, and
        says whether it was not yet."""
        late = [(ticket, order) for ticket, order in self._orders.items() if now >= order.deadline]
        for ticket, order in late:
            unsent = [withdraw(action_id) for action_id in order.open]
            self._end(ticket, TOO_BUSY if all(unsent) and not order.begun else NO_ANSWER)

    def cut(self) -> None:
        """The connection is gone: nothing will be answered any more."""
        for ticket in list(self._orders):
            self._end(ticket, CUT)

    def fetch(self) -> list[tuple[int, Outcome]]:
        """What is over, once."""
        over, self._over = self._over, []
        return over

    def _end(self, ticket: int, outcome: Outcome) -> None:
        del self._orders[ticket]
        self._over.append((ticket, outcome))
