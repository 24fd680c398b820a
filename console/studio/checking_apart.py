"""Checks a large script file in a process of its own: `python -m console.studio.checking_apart`.

Reading makes a hundred thousand small records, and when Python's collector looks through them, everything in
the process waits for it: a quarter of a second at a time, in which no desk gets its pop.
"""

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Sequence

from console.errors import InvalidError, Problem
from console.scripts.checking import Checked, check_text
from scripts_engine.check import ANYWHERE, Surroundings
from scripts_engine.script import Script

LARGE = 50_000
"""Characters. A smaller text makes too few records to be waited for, and is checked sooner here."""


async def check_apart(
    text: str, name: str, others: Sequence[Script], there: Surroundings = ANYWHERE
) -> Checked:
    """As `check_text`: raises InvalidError when it is no YAML file of scripts at all."""
    if len(text) < LARGE:
        return await asyncio.to_thread(check_text, text, name, others, there)
    found = await asyncio.to_thread(_ask, text, name, others, there)
    if isinstance(found, Checked):
        return found
    raise InvalidError(found)


def _ask(*asked: object) -> Checked | list[Problem]:
    done = subprocess.run(
        [sys.executable, "-m", "console.studio.checking_apart"],
        input=pickle.dumps(asked),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: Checked | list[Problem] = pickle.loads(done.stdout)  # noqa: S301 - our own process wrote it
    return found


def answer(asked: bytes) -> bytes:
    """What the process does: what was found, or why it cannot be read."""
    try:
        return pickle.dumps(check_text(*pickle.loads(asked)))  # noqa: S301 - we wrote it ourselves
    except InvalidError as error:
        return pickle.dumps(error.problems)


def main() -> None:
    """From one pipe into the other."""
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
