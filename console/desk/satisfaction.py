"""Of which calls agents are asked how satisfied the caller was, and what they can say. Pure."""

from console.desk.pop import Pop

MARKS = (1, 2, 3, 4, 5)
"""From not at all satisfied to very."""


def is_ratable(pop: Pop) -> bool:
    """Whether the agent talked with somebody who is no colleague."""
    return pop["direction"] != "internal" and pop["answered_at"] is not None
