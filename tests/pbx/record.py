"""Records what a real Asterisk says of a story: `python -m tests.pbx.record [NAME…]`, all without a name.

Writes `tests/transcripts/asterisk-22/NAME.raw`, the manager interface's bytes as received from the greeting
on, and what they must lead to into `expected.json`. The recorder has the product's grants and asks, as the
product does, for the lists of a resync after the log-in. Needs what tests marked `real("asterisk")` need.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.pbx.asterisk import Asterisk, run_asterisk
from tests.pbx.ear import listening
from tests.pbx.fixtures import idle_pbx, plugged_in
from tests.pbx.sipp import Phone
from tests.pbx.stories import STORIES
from tests.pbx.story import Story
from tests.rig.processes import until

FOLDER = Path(__file__).parents[1] / "transcripts" / "asterisk-22"
SETTLE_S = 0.5
"""AgentComplete may come behind the last Hangup."""


async def record(asterisk: Asterisk, phones: dict[str, Phone], story: Story) -> bytes:
    """Play the story; return the bytes received meanwhile."""
    with idle_pbx(asterisk, phones) as pbx:
        async with listening(asterisk) as ear:
            await ear.resync()
            await story.play(pbx, ear)
            await until(asterisk.is_idle, "Asterisk without a call")
            await asyncio.sleep(SETTLE_S)
            return bytes(ear.received)


def keep(name: str, stream: bytes, story: Story) -> None:
    """Write the stream and what it must lead to."""
    (FOLDER / f"{name}.raw").write_bytes(stream)
    file = FOLDER / "expected.json"
    outcomes = {**json.loads(file.read_text()), name: story.told()}
    file.write_text(json.dumps(outcomes, indent=1, ensure_ascii=False) + "\n")


async def main(names: list[str]) -> None:
    """Record these stories."""
    with run_asterisk() as asterisk, plugged_in(asterisk) as phones:
        for name in names or list(STORIES):
            story = STORIES[name]
            stream = await record(asterisk, phones, story)
            keep(name, stream, story)
            print(f"{name}: {len(stream)} bytes", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
