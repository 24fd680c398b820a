"""What went wrong on the simulated way to us: the name under which it is counted, and the meaning.

They are the keys of `SimulatorSource.counters` and thus labels on `/metrics`, as those of a real phone system
are (`telephony.asterisk.troubles`): every fault, and what follows from it.
"""

from collections.abc import Mapping
from enum import StrEnum

from telephony.simulator.faults import Fault


class Trouble(StrEnum):
    """What is counted besides the faults themselves."""

    CUT_OFF = "cut_off"
    FELL_BEHIND = "fell_behind"


MEANING: Mapping[Fault | Trouble, str] = {
    Fault.DUPLICATE: "An event that came twice.",
    Fault.DELAY: "An event that came late, and held up everything behind it.",
    Fault.REORDER: "An event that came late and was overtaken.",
    Fault.DROP: "An event that never came.",
    Fault.CUT: "The link broke.",
    Fault.FORGE: "An event that never happened was slipped in.",
    Trouble.CUT_OFF: "An event that never came because the link was broken.",
    Trouble.FELL_BEHIND: "The simulator was more than 30 s late (the machine slept) and began anew.",
}
"""What each means: the table of the documentation."""
