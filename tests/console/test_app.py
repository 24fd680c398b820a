"""What a process is made of, and how it ends."""

from typing import Any, cast

import pytest

from console.app import Parts
from console.live.lease import LeaseLostError


async def test_background_work_that_fails_says_why_in_its_own_words() -> None:
    async def lose() -> None:
        raise LeaseLostError("main")

    async def fail_deep_inside() -> None:
        raise ExceptionGroup("intake", [ExceptionGroup("source", [LeaseLostError("main")])])

    for work in (lose, fail_deep_inside):
        parts = cast("Any", Parts)(*[None] * 8, background=[work()])
        with pytest.raises(LeaseLostError, match="Start it again when Redis answers"):
            await parts.work()
