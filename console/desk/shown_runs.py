"""The runs on the desks that this process draws.

The change of a pop comes without its run, which is drawn inside it: so the newest one is remembered. Two tabs
may say theirs in another order than they were stored in: an older one never takes the place of a newer one.
"""

from collections.abc import Mapping

from console.desk.drawing import as_run
from console.desk.pop import RUN_PREFIX, PopRun
from console.live.bus import Value

MOST_REMEMBERED = 10_000
"""Runs that are remembered: more than there are calls at once."""


class ShownRuns:
    """The newest run of each leg."""

    def __init__(self) -> None:
        self._runs: dict[str, PopRun] = {}

    def of(self, leg: str) -> PopRun | None:
        """The run of a leg."""
        return self._runs.get(leg)

    def hear(self, value: Value) -> PopRun:
        """A run is on a desk; the newest one of its leg."""
        run = as_run(value)
        assert run is not None  # noqa: S101 - for the type checker
        known = self._runs.pop(run["leg"], run)
        newest = max(run, known, key=_age)
        self._runs[run["leg"]] = newest
        if len(self._runs) > MOST_REMEMBERED:
            del self._runs[next(iter(self._runs))]
        return newest

    def hear_all(self, entries: Mapping[str, Value]) -> dict[str, Value]:
        """The entries of a whole desk, with the newest runs."""
        return {
            key: self.hear(value) if key.startswith(RUN_PREFIX) else value for key, value in entries.items()
        }

    def forget(self, key: str) -> None:
        """A run is gone from its desk."""
        self._runs.pop(key.removeprefix(RUN_PREFIX), None)


def _age(run: PopRun) -> tuple[int, int]:
    return run["number"], run["revision"]
