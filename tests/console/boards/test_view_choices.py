"""What a supervisor chooses survives the form, the address, the database and another version of Lineside."""

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.boards.figure_drawing import ON_TILES
from console.boards.view_choices import (
    MOST_QUEUES,
    ONE_OF,
    PARTS,
    USUAL,
    Choices,
    Fields,
    hidden,
    kept_choices,
    read_choices,
    to_query,
    write_choices,
)

CHOICES = st.builds(
    Choices,
    **{name: st.sampled_from(list(words)) for name, words in ONE_OF.items()},
    queues=st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=8).map(tuple),
    figures=st.sets(st.sampled_from(ON_TILES)).map(lambda keys: tuple(k for k in ON_TILES if k in keys)),
    parts=st.sets(st.sampled_from(list(PARTS)), min_size=1).map(lambda p: tuple(x for x in PARTS if x in p)),
)


@given(CHOICES)
def test_choices_come_back_from_the_address_and_from_the_database(choices: Choices) -> None:
    assert read_choices(Fields(parse_qsl(to_query(choices), errors="surrogatepass"))) == choices
    assert kept_choices(json.loads(json.dumps(write_choices(choices)))) == choices


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"line": "3", "size": 7, "queues_by": None, "agents": ["all"]},
        {"parts": ["cellar"], "queues": [""], "unknown": 1},
    ],
)
def test_what_makes_no_sense_any_more_chooses_nothing(kept: dict[str, Any]) -> None:
    assert kept_choices(kept) == USUAL


def test_what_is_looked_for_by_name_is_not_kept() -> None:
    said = read_choices(Fields([("find", "Jozef Mrkva"), ("line", "2")]))
    assert "Jozef" not in json.dumps(write_choices(said))


def test_too_many_queues_are_cut() -> None:
    many = Fields([("queues", f"q{number}") for number in range(MOST_QUEUES + 9)] + [("queues", "x" * 101)])
    assert len(read_choices(many).queues) == MOST_QUEUES


def test_what_is_not_shown_is_named() -> None:
    assert hidden(USUAL) == []
    assert hidden(Choices(parts=("queues",), figures=())) == ["alerts", "agents", "figures"]
    assert hidden(Choices(figures=ON_TILES[1:])) == [f"figure-{ON_TILES[0]}"]
