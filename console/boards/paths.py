"""Where the pages of boards are."""

from urllib.parse import quote

BOARD = "/board"
THRESHOLDS = f"{BOARD}/thresholds"
OWN_WALL = f"{BOARD}/wall"
LINKS = f"{BOARD}/walls"
SHARED_WALL = "/wall"
LIVE_WALL = "/live/wall"
ALERTS = f"{BOARD}/alerts"
VIEWS = f"{BOARD}/views"


def figures_path(queue: str) -> str:
    """How the figures of a queue are computed."""
    return f"{BOARD}/queues/{quote(queue, safe='')}"


def view_path(view: int | None) -> str:
    """The board in a view; without any, in what opens first."""
    return BOARD if view is None else f"{BOARD}?view={view}"
