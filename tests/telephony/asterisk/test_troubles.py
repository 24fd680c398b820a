"""The table of what can be wrong."""

import re

from telephony.asterisk.troubles import MEANING, Trouble


def test_each_trouble_has_its_meaning_and_a_name_that_is_fit_for_a_label() -> None:
    assert list(MEANING) == list(Trouble)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", trouble) for trouble in Trouble)
    assert len(set(MEANING.values())) == len(Trouble)
