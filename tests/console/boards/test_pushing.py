"""What is pushed of a queue: its figures only when they are others than the last time."""

import re
from datetime import timedelta
from typing import Any

import pytest

from console.boards.board import Board, Staff
from console.boards.counts import write_tally
from console.boards.live import BoardRenderer
from console.boards.wall import Choice
from console.boards.wall_live import WallRenderer
from console.figures.tally import Limits, Tally
from console.figures.visits import Visit
from console.live.bus import Change, Snapshot
from console.queues.directory import Agent, QueueInfo
from telephony.events import VisitEnd
from tests.conftest import NOW
from tests.fakes.pages import templates_in
from tests.fakes.story import ZONE

AGENT = Agent(1, "ana@example.com", "Ana", 1, "1001")
QUEUES = {name: QueueInfo(name, name, 1) for name in ("support", "second")}
BLANKS = r"\s<hx-partial|</hx-partial>\s"
FIGURES, SAME = '<tr data-figure="answered">', "data-same"


@pytest.fixture
def board() -> Board:
    board = Board()
    board.employ(Staff({1: AGENT}, QUEUES, {1: frozenset(QUEUES)}))
    return board


@pytest.fixture
def renderer(board: Board) -> BoardRenderer:
    return BoardRenderer(board, templates_in(), ZONE, lambda: NOW)


def counted(board: Board, callers: int, queue: str = "support") -> None:
    """So many callers gave up."""
    tally = Tally()
    for number in range(callers):
        visit = Visit(f"c{number}", 1, queue, NOW, NOW + timedelta(seconds=9), VisitEnd.ABANDONED)
        tally.put(visit, Limits())
    value: dict[str, Any] = {
        "link": "main",
        "queue": queue,
        "now": write_tally(tally),
        "today": write_tally(tally),
    }
    board.hear(Change("queues", 1, f"queue:main:{queue}", value, new=False))


def pushed(renderer: BoardRenderer, *queues: str, locale: str = "en") -> str:
    value = {"queues": frozenset(queues), "agents": frozenset(), "links": False, "alerts": False}
    fragment = renderer.change(Change("board", 1, "tick", value, new=False), locale)
    assert fragment is not None
    return fragment.html


def test_figures_are_pushed_once(board: Board, renderer: BoardRenderer) -> None:
    counted(board, 1)
    assert FIGURES in pushed(renderer, "support")
    again = pushed(renderer, "support")
    assert FIGURES not in again
    assert SAME in again


def test_figures_that_changed_are_pushed(board: Board, renderer: BoardRenderer) -> None:
    counted(board, 1)
    pushed(renderer, "support")
    counted(board, 2)
    assert FIGURES in pushed(renderer, "support")


def test_counts_that_read_the_same_are_not(board: Board, renderer: BoardRenderer) -> None:
    counted(board, 1)
    pushed(renderer, "support")
    counted(board, 1)
    assert FIGURES not in pushed(renderer, "support")


def test_each_queue_and_each_language_has_its_own(board: Board, renderer: BoardRenderer) -> None:
    pushed(renderer, "support")
    assert FIGURES in pushed(renderer, "second")
    assert FIGURES in pushed(renderer, "support", locale="da")
    assert FIGURES not in pushed(renderer, "support", "second")


def test_behind_a_snapshot_all_are_pushed(board: Board, renderer: BoardRenderer) -> None:
    """It may show figures that were never pushed, and have become what they were before."""
    pushed(renderer, "support")
    counted(board, 1)
    assert FIGURES in renderer.snapshot(Snapshot("board", 1, {}), "en")
    counted(board, 0)
    assert FIGURES in pushed(renderer, "support")


def test_there_are_no_blanks_between_what_is_swapped(board: Board, renderer: BoardRenderer) -> None:
    """The page would keep them beside it, for ever."""
    assert not re.search(BLANKS, pushed(renderer, "support", "second"))
    wall = WallRenderer(board, templates_in(), ZONE, lambda: NOW)
    choice = Choice((), ("waiting",))
    wall.choices[choice.topic] = choice
    value = {"queues": frozenset(QUEUES), "agents": frozenset(), "links": False, "alerts": False}
    fragment = wall.change(Change(choice.topic, 1, "tick", value, new=False), "en")
    assert fragment is not None
    assert not re.search(BLANKS, fragment.html)


def test_the_figures_of_several_links_are_put_together_once(board: Board) -> None:
    counted(board, 1)
    first = board.queue("support")
    assert board.queue("support").today is first.today
    counted(board, 2)
    assert board.queue("support").today.offered == 2
