"""Runs `lineside …` and adds up the processor time that each stage of a pop takes.

    python -m tests.bench.staged FILE serve --port 8000

On SIGUSR1 the seconds so far, by stage, are written to FILE as JSON. A stage within another counts alone.
"""

import functools
import importlib
import json
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from time import thread_time
from typing import Any

STAGES: Mapping[str, tuple[str, ...]] = {
    "bytes to events": ("telephony.asterisk.client:_Connection.buffer_updated",),
    "life of the call": ("console.intake:Intake.take",),
    "number": ("console.facts.knowledge:normalise",),
    "database": ("console.db.hot:_Reader.row",),
    "facts": ("console.facts.reader:parse", "console.facts.knowledge:gather"),
    "caller's part of the pop": ("console.desk.callers:of_caller", "console.desk.live:DeskRenderer.foresee"),
    "pick": ("console.desk.picking:Picking.pick",),
    "put together": ("console.desk.screen_pop:compose",),
    "draw": ("console.desk.live:DeskRenderer.change",),
    "frame": ("console.live.hub:build_frame",),
    "write": ("console.live.server:LiveSocket.write",),
    "rows to record": ("console.calls.recorder:_call_row", "console.calls.recorder:_leg_row"),
}
"""The functions of each stage, none of which waits for anything."""

SPENT: defaultdict[str, float] = defaultdict(float)
_within: list[float] = []


def measured(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with its time added to the stage's, less that of the stages within."""

    @functools.wraps(function)
    def measure(*args: Any, **options: Any) -> Any:
        _within.append(0.0)
        start = thread_time()
        try:
            return function(*args, **options)
        finally:
            spent = thread_time() - start
            SPENT[stage] += spent - _within.pop()
            if _within:
                _within[-1] += spent

    return measure


def measure_stages() -> None:
    """Put the measured functions in the place of the others."""
    for stage, targets in STAGES.items():
        for target in targets:
            module, _, path = target.partition(":")
            *owners, name = path.split(".")
            owner = functools.reduce(getattr, owners, importlib.import_module(module))
            setattr(owner, name, measured(stage, getattr(owner, name)))


def main() -> int:
    """Run the rest of the command line, measuring."""
    file = Path(sys.argv[1])
    measure_stages()
    signal.signal(signal.SIGUSR1, lambda *_: file.write_text(json.dumps(SPENT)))
    from console.__main__ import main as lineside  # noqa: PLC0415 - after its functions are prepared

    return lineside(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
