"""The table of what can go wrong on the simulated way to us."""

import re

from telephony.simulator.faults import Fault
from telephony.simulator.source import LATE_S
from telephony.simulator.troubles import MEANING, Trouble


def test_each_has_its_meaning_and_a_name_that_is_fit_for_a_label() -> None:
    assert list(MEANING) == [*Fault, *Trouble]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", each) for each in MEANING)
    assert len(set(MEANING.values())) == len(MEANING)
    assert f"more than {LATE_S:.0f} s late" in MEANING[Trouble.FELL_BEHIND]
