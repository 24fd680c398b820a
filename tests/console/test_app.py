"""What a process is made of, and how it ends."""

import gc
import warnings
from typing import Any, cast

import pytest

from console.app import Parts, open_parts
from console.errors import SettingError
from console.live.lease import LeaseLostError
from console.settings import Link, Settings

pytestmark = pytest.mark.slow


async def test_background_work_that_fails_says_why_in_its_own_words() -> None:
    async def lose() -> None:
        raise LeaseLostError("main")

    async def fail_deep_inside() -> None:
        raise ExceptionGroup("intake", [ExceptionGroup("source", [LeaseLostError("main")])])

    for work in (lose, fail_deep_inside):
        parts = cast("Any", Parts)(*[None] * 9, background=[work()])
        with pytest.raises(LeaseLostError, match="Start it again when Redis answers"):
            await parts.work()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_transcript_that_cannot_be_played_stops_the_start(database_url: str) -> None:
    """With one sentence, and nothing left behind that never ran."""
    link = Link(scheme="sim", name="sim", transcript="/nowhere/calls.raw")
    settings = Settings(database_url=database_url, links=(link,))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(SettingError, match=r"the transcript /nowhere/calls.raw is no recorded AMI"):
            async with open_parts(settings, listens=True):
                raise AssertionError("it started")
        gc.collect()
    assert not warned, "a coroutine was never awaited"
