"""When things happen in a bench: at random, at a rate, the same in each run."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

SETTLE_S = 1.0


def arrivals(number: int, rate: float, seed: int) -> list[float]:
    """Seconds between arrivals at random (a Poisson process), as telephones ring."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    return [random.expovariate(rate) for _ in range(number)]


async def keep_pace(gaps: Sequence[float], happen: Callable[[int], None]) -> None:
    """Call `happen(index)` after each gap, then wait a moment for what is on its way."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for index, gap in enumerate(gaps):
        due += gap
        await asyncio.sleep(due - loop.time())
        happen(index)
    await asyncio.sleep(SETTLE_S)
