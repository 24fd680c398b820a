"""Drawings that are kept: never for something else, never too many, and the page is the same."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.desk import kept
from console.desk.drawing import draw_pop
from console.desk.kept import Memory
from console.desk.live import DeskRenderer
from console.desk.pop import CallerPart
from console.desk.reading import Reader
from console.desk.samples import sample_pop
from console.live.bus import Change
from telephony.events import CallId
from tests.fakes.pages import templates_in

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("Europe/Bratislava")


def never() -> Any:
    raise AssertionError("it was drawn already")


def drawing(what: str) -> Callable[[], str]:
    return lambda: what


def test_what_was_drawn_of_the_same_is_kept() -> None:
    memory = Memory[str]()
    assert memory.get("call", ["Anna"], drawing("drawn")) == "drawn"
    assert memory.get("call", ["Anna"], never) == "drawn"
    assert memory.get("call", ["Jana"], drawing("anew")) == "anew"
    assert memory.get("other", ["Anna"], drawing("other")) == "other"


def test_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    memory = Memory[str]()
    for key in ("a", "b", "a", "c"):
        memory.get(key, len(key), drawing(key))
    assert memory.get("b", 1, drawing("b")) == "b"
    assert memory.get("c", 1, never) == "c"
    assert memory.get("a", 1, drawing("anew")) == "anew"


@pytest.fixture
def renderer() -> DeskRenderer:
    return DeskRenderer(templates_in(), ZONE)


def html(renderer: DeskRenderer, pop: Any) -> str:
    fragment = renderer.change(Change("desk:1", 1, pop["leg"], pop, new=True), "en")
    assert fragment is not None
    return fragment.html


def test_a_pop_looks_the_same_whether_its_caller_was_foreseen(renderer: DeskRenderer, now: datetime) -> None:
    plain = sample_pop("unsaid0", now)
    foreseen = sample_pop("foresaid", now)
    caller: CallerPart = foreseen
    renderer.foresee(CallId(foreseen["call"]), caller, now)
    records = draw_pop(foreseen, Reader("en", ZONE)).records
    assert records.html
    assert html(renderer, foreseen) == html(renderer, plain).replace("unsaid0", "foresaid")
    assert draw_pop(foreseen, Reader("en", ZONE)).records is records


def test_what_became_known_of_the_caller_is_shown(renderer: DeskRenderer, now: datetime) -> None:
    pop = sample_pop("x", now)
    order = pop["orders"][0]
    changed = {**pop, "orders": [{**order, "ref": "O-NEW"}], "state": "answered"}
    assert "O-NEW" not in html(renderer, pop)
    assert "O-NEW" in html(renderer, changed)
    assert "O-NEW" not in html(renderer, pop)


def test_another_script_is_shown(renderer: DeskRenderer, now: datetime) -> None:
    pop = sample_pop("x", now)
    assert pop["script"] is not None
    changed = {**pop, "script": {**pop["script"], "title": "Another script"}}
    assert ["Another script" in html(renderer, each) for each in (pop, changed, pop)] == [False, True, False]
