"""Nothing that was typed gets lost, whatever two tabs do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.desk.note import Merged, merge


@pytest.mark.parametrize(
    ("stored", "stored_version", "text", "based_on", "kept"),
    [
        ("wait", 3, "would wait", 3, Merged("would wait", conflict=False)),  # on top of what is stored
        ("wait", 3, "", 3, Merged("", conflict=False)),  # cleared on purpose
        ("would", 3, "would wait", 2, Merged("would wait", conflict=False)),  # sent again, and typed on
        ("would wait", 3, "would", 2, Merged("would wait", conflict=False)),  # an older save comes late
        ("would wait", 3, "", 2, Merged("would wait", conflict=False)),
        ("would wait", 3, "wants money", 2, Merged("would wait\n\n--\nwants money", conflict=True)),
    ],
)
def test_keeps(stored: str, stored_version: int, text: str, based_on: int, kept: Merged) -> None:
    assert merge(stored, stored_version, text, based_on, "--") == kept


@given(st.text(), st.text(), st.integers(1, 9), st.integers(0, 9))
def test_what_two_tabs_wrote_is_in_the_result(stored: str, text: str, version: int, based_on: int) -> None:
    merged = merge(stored, version, text, based_on, "--")
    assert text in merged.text
    assert based_on == version or stored in merged.text
