"""Facts of the call itself, which need no database."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scripts_engine.facts import FactValue


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of the call at the moment of the pick. `line` is the queue's, or the agent's for a direct
    call; `wait_s` seconds since the caller came in. None and "" are UNKNOWN."""

    queue: str | None = None
    direction: str | None = None
    dialled: str | None = None
    line: int | None = None
    wait_s: float | None = None
    transferred: bool | None = None


def call_facts(call: CallFacts, at: datetime, zone: ZoneInfo) -> dict[str, FactValue]:
    """The facts `call.*`; hour and weekday are those of `at` in the zone."""
    local = at.astimezone(zone)
    values: dict[str, FactValue | None] = {
        "call.queue": call.queue or None,
        "call.direction": call.direction or None,
        "call.dialled": call.dialled or None,
        "call.line": call.line,
        "call.wait_s": None if call.wait_s is None else int(call.wait_s),
        "call.hour": local.hour,
        "call.weekday": local.isoweekday(),
        "call.transferred": call.transferred,
    }
    return {name: value for name, value in values.items() if value is not None}
