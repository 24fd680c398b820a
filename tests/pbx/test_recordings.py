"""The recordings are those of the stories: nothing was recorded and then told otherwise."""

import json

import pytest

from tests.pbx.record import FOLDER
from tests.pbx.stories import STORIES


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_recorded_with_its_outcome(name: str) -> None:
    outcomes = json.loads((FOLDER / "expected.json").read_text())
    assert outcomes[name] == STORIES[name].told()
    stream = (FOLDER / f"{name}.raw").read_bytes()
    assert stream.startswith(b"Asterisk Call Manager/")
    assert stream.endswith(b"\r\n\r\n")
