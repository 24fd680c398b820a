"""An agent's cases that are due, as their desk's entry DUE_KEY says."""

from typing import TypedDict


class DueCase(TypedDict):
    """A case of the agent's that is due soon, or overdue; `customer` is a name, `customer_ref` their key."""

    ref: str
    subject: str
    due_at: str
    overdue: bool
    customer: str
    customer_ref: str


class DueCases(TypedDict):
    """An agent's cases that are due soon (the next one first) or overdue (the latest first), as many as are
    shown, and how many there are."""

    soon: list[DueCase]
    soon_in_all: int
    overdue: list[DueCase]
    overdue_in_all: int
