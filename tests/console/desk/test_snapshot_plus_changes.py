"""Snapshot plus changes is the fresh snapshot: whatever happens on the phone systems and at the desks, a page
that was opened early and followed the changes shows what a page shows that is opened now."""

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from telephony import events
from telephony.events import CallAnswered, CallOffered, CallQueued, Event
from tests.console.desk.day import A_DAY, ACTIONS, BUILD, Step, a_world, opened
from tests.console.desk.run_stage import publish
from tests.fakes.examples import examples
from tests.fakes.story import people


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One database for all examples: their calls have ids of their own."""
    file = tmp_path_factory.mktemp("snapshot") / "lineside.sqlite"
    shutil.copy(sqlite_template, file)
    url = f"sqlite+aiosqlite:///{file}"

    async def fill() -> None:
        async with opened(url) as sessions:
            await people(sessions)
            await publish(sessions)

    asyncio.run(fill())
    return url


async def play(url: str, steps: list[Step]) -> None:
    async with opened(url) as sessions, a_world(sessions, url) as world:
        for agent in (1, 2):
            await world.open_a_page(Step("open a page", 0, 0, agent, 0))
        for step in steps:
            await world.play(step)
            world.compare()


OFTEN: list[type[Event] | str] = [
    CallQueued,
    CallOffered,
    CallOffered,
    CallAnswered,
    "type a note",
    "take a step",
]
STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([*BUILD, *ACTIONS, *OFTEN]),
        link=st.integers(0, 1),
        call=st.integers(0, 2),
        agent=st.integers(1, 2),
        number=st.integers(0, 4),
    ),
    min_size=1,
    max_size=40,
)


def test_every_event_can_happen() -> None:
    known = [each for each in vars(events).values() if isinstance(each, type) and issubclass(each, Event)]
    happen = {
        each for each in known if not any(other is not each and issubclass(other, each) for other in known)
    }
    assert set(BUILD) == happen


def test_a_day_has_everything() -> None:
    assert {step.what for step in A_DAY} == {*BUILD, *ACTIONS}


@examples(0.06)
@example(steps=A_DAY)
@given(steps=STEPS)
def test_a_page_that_followed_shows_what_a_fresh_one_shows(database: str, steps: list[Step]) -> None:
    asyncio.run(play(database, steps))


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(steps=STEPS)
def test_a_page_that_followed_shows_what_a_fresh_one_shows_at_length(
    database: str, steps: list[Step]
) -> None:
    asyncio.run(play(database, steps))
