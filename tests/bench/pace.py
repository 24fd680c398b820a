"""When things happen in a bench: at random, at a rate, the same in each run."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

SETTLE_S = 0.5
ALL_BACK_WITHIN_S = 10.0


def arrivals(number: int, rate: float, seed: int) -> list[float]:
    """Seconds between arrivals at random (a Poisson process), as telephones ring."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    return [random.expovariate(rate) for _ in range(number)]


async def keep_pace(
    gaps: Sequence[float], happen: Callable[[int], None], all_back: Callable[[], bool]
) -> None:
    """Call `happen(index)` after each gap, then wait for what is on its way, within reason."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for index, gap in enumerate(gaps):
        due += gap
        await asyncio.sleep(due - loop.time())
        happen(index)
    while not all_back() and loop.time() < due + ALL_BACK_WITHIN_S:  # noqa: ASYNC110 - nothing is measured here
        await asyncio.sleep(0.01)
    await asyncio.sleep(SETTLE_S)
