"""Where the pages of boards are."""

from urllib.parse import quote

BOARD = "/board"
THRESHOLDS = f"{BOARD}/thresholds"
ALERTS = f"{BOARD}/alerts"


def figures_path(queue: str) -> str:
    """How the figures of a queue are computed."""
    return f"{BOARD}/queues/{quote(queue, safe='')}"
