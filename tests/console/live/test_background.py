"""Work beside is finished in the time that a shutdown has."""

import asyncio

from console.live.background import Background


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
