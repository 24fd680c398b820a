"""What whoever watches over alerts reads: the figures that are known now, and nothing of what is old."""

from datetime import timedelta
from typing import Any

from console.alerts.course import Figure, Reading
from console.boards.board import Board, Staff
from console.boards.counting import QUEUES
from console.boards.counts import write_tally
from console.boards.readings import SETTLED, Readings
from console.desk.waiting import WAITING
from console.figures.tally import Limits, tally
from console.figures.visits import Visit
from console.live.bus import Change
from console.live.link_health import TOPIC as LINKS
from console.queues.thresholds import Level, Thresholds
from telephony.events import VisitEnd
from tests.conftest import NOW

SETTLED_S = SETTLED.total_seconds()
THRESHOLDS = Thresholds(waiting_yellow=1, waiting_red=3, longest_yellow_s=60, level_red=80)


def link(state: str) -> dict[str, Any]:
    return {"state": state, "since": NOW.isoformat(), "reason": "", "refused": False, "lag_s": 0, "can": []}


def a_board(*, state: str = "up") -> Board:
    """One caller has waited for a minute; one of two callers was answered in time."""
    board = Board()
    board.employ(Staff(thresholds={"support": THRESHOLDS}))
    since = NOW - timedelta(minutes=1)
    waiter = {"call": "c", "link": "main", "queue": "support", "since": since.isoformat()}
    visits = [
        Visit("a", 1, "support", NOW, NOW + timedelta(seconds=5), VisitEnd.ANSWERED),
        Visit("b", 1, "support", NOW, NOW + timedelta(seconds=50), VisitEnd.ANSWERED),
    ]
    counts = write_tally(tally(visits, lambda _name: Limits()))
    said = {"link": "main", "queue": "support", "now": counts, "today": counts}
    board.load({WAITING: {"c": waiter}, QUEUES: {"q": said}, LINKS: {"main": link(state)}})
    return board


def test_each_figure_is_read_with_how_it_is() -> None:
    readings = Readings(a_board())
    assert readings.read(NOW - SETTLED) == []
    assert readings.read(NOW) == [
        Reading("support", Figure.WAITING, 1, Level.YELLOW),
        Reading("support", Figure.LONGEST, 60, Level.YELLOW),
        Reading("support", Figure.LEVEL, 50.0, Level.RED),
    ]


def test_of_what_is_old_nothing_is_read_and_for_a_while_behind_it() -> None:
    board = a_board()
    readings = Readings(board)
    readings.read(NOW - SETTLED)
    board.hear(Change(LINKS, 2, "main", link("stale"), new=False))
    assert readings.read(NOW) == []
    board.hear(Change(LINKS, 3, "main", link("up"), new=False))
    assert readings.read(NOW) == []
    assert readings.read(NOW + timedelta(seconds=SETTLED_S - 1)) == []
    assert len(readings.read(NOW + SETTLED)) == 3


def test_of_a_bus_that_is_away_nothing_is_read() -> None:
    board = a_board()
    readings = Readings(board)
    readings.read(NOW - SETTLED)
    board.away(NOW.isoformat())
    assert readings.read(NOW) == []


def test_who_has_not_heard_of_any_phone_system_knows_nothing() -> None:
    board = Board()
    board.employ(Staff(thresholds={"support": THRESHOLDS}))
    board.load({WAITING: {"c": {"call": "c", "link": "m", "queue": "support", "since": NOW.isoformat()}}})
    readings = Readings(board)
    assert [readings.read(NOW + timedelta(seconds=second)) for second in (0, 60)] == [[], []]
