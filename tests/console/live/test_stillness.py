"""The collector's sight: waves of connections leave it once they rest, and come back when most have gone."""

import gc

import pytest

from console.live.stillness import WAVE, Stillness


class Desks:
    """So many are open."""

    def __init__(self) -> None:
        self.open = 0
        self.stillness = Stillness(lambda: self.open)

    def look(self, *numbers: int) -> None:
        """Look once with each number of desks."""
        for self.open in numbers:
            self.stillness.look()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the collector."""
    asked: list[str] = []
    for name in ("collect", "freeze", "unfreeze"):
        monkeypatch.setattr(gc, name, lambda name=name: asked.append(name))
    return asked


def test_a_wave_is_frozen_once_it_rests(done: list[str]) -> None:
    desks = Desks()
    desks.look(WAVE // 2, WAVE, 2 * WAVE)
    assert done == []
    desks.look(2 * WAVE)
    assert done == ["collect", "freeze"]
    desks.look(2 * WAVE, 2 * WAVE + 1, 2 * WAVE + 1)
    assert done == ["collect", "freeze"]


def test_when_most_have_gone_all_is_looked_through(done: list[str]) -> None:
    desks = Desks()
    desks.look(4 * WAVE, 4 * WAVE, 3 * WAVE, 3 * WAVE)
    assert done == ["collect", "freeze"]
    desks.look(WAVE, WAVE, WAVE)
    assert done == ["collect", "freeze", "unfreeze", "collect", "freeze"]
