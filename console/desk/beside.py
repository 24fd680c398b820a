"""Hears what agents write and how they walk through scripts: it stands beside their pops on the bus."""

from console.calls.record import NoteRecord
from console.calls.register import Register
from console.calls.telling import Tellings
from console.desk.pop import RUN_PREFIX
from console.desk.run_entry import record_on
from console.desk.screen_pop import ScreenPop
from console.live.bus import Value
from telephony.events import LegId


class BesideNews:
    """The notes and runs of the calls in the register."""

    def __init__(self, register: Register, tellings: Tellings, screen_pop: ScreenPop) -> None:
        self._register = register
        self._tellings = tellings
        self._screen_pop = screen_pop

    def hear(self, key: str, value: Value) -> None:
        """An agent wrote a note, or took a step of a script."""
        leg = LegId(value["leg"])
        record = self._register.of_leg(leg)
        if record is None:
            return
        if key.startswith(RUN_PREFIX):
            run = record_on(value)
            self._tellings.of_call(record.call, lambda: self._screen_pop.walked(record, leg, run))
        else:
            note = NoteRecord(value["text"], value["version"])
            self._tellings.of_call(record.call, lambda: self._screen_pop.noted(record, leg, note))
