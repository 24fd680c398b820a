"""Work beside is finished in the time that a shutdown has."""

import asyncio

import pytest

from console.errors import LinesideError
from console.live.background import Background, together


async def test_it_is_done_also_what_it_starts_itself() -> None:
    beside, done = Background(), []

    async def work(left: int) -> None:
        await asyncio.sleep(0)
        done.append(left)
        if left:
            beside.start(work(left - 1))

    beside.start(work(2))
    await beside.close(10)
    assert done == [2, 1, 0]


async def test_what_takes_too_long_is_cancelled() -> None:
    beside, said = Background(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            said.append("cancelled")
            raise

    beside.start(work())
    await asyncio.sleep(0)
    await beside.close(0)
    await beside.done()
    assert said == ["cancelled"]


async def test_what_goes_wrong_first_ends_all_and_what_nobody_foresaw_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(error: Exception) -> None:
        await asyncio.sleep(0)
        raise error

    async def goes_on() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fails(KeyError("sim-1")))

    async def rests() -> None:
        await asyncio.Event().wait()

    with pytest.raises(KeyError, match="sim-1"):
        await together([goes_on(), rests()])
    assert "in fails" in caplog.text
    caplog.clear()
    with pytest.raises(LinesideError, match="the file is gone"):
        await together([fails(LinesideError("the file is gone"))])
    assert not caplog.text
