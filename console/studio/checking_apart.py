"""Reads and checks a large file in a process of its own: `python -m console.studio.checking_apart`.

Reading makes a hundred thousand small records, and when Python's collector looks through them, everything in
the process waits for it: a quarter of a second at a time, in which no desk gets its pop.
"""

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar, TypeVarTuple, cast

from console.errors import InvalidError, Problem
from console.scripts.checking import Checked, check_text
from scripts_engine.check import ANYWHERE, Surroundings
from scripts_engine.script import Script

Found = TypeVar("Found")
More = TypeVarTuple("More")

LARGE = 50_000
"""Characters. A smaller text makes too few records to be waited for, and is checked sooner here."""


async def check_apart(
    text: str, name: str, others: Sequence[Script], there: Surroundings = ANYWHERE
) -> Checked:
    """As `check_text`: raises InvalidError when it is no YAML file of scripts at all."""
    return await work_apart(check_text, text, name, others, there)


async def work_apart(work: Callable[[str, *More], Found], text: str, *more: *More) -> Found:
    """What `work`, a function of a module, makes of a text. Raises InvalidError as that does."""
    if len(text) < LARGE:
        return await asyncio.to_thread(work, text, *more)
    good, found = await asyncio.to_thread(_ask, work, text, *more)
    if not good:
        raise InvalidError(cast("list[Problem]", found))
    return cast("Found", found)


def _ask(*asked: object) -> tuple[bool, object]:
    done = subprocess.run(
        [sys.executable, "-m", "console.studio.checking_apart"],
        input=pickle.dumps(asked),
        stdout=subprocess.PIPE,
        check=True,
    )
    answered: tuple[bool, object] = pickle.loads(done.stdout)  # noqa: S301 - our own process wrote it
    return answered


def answer(asked: bytes) -> bytes:
    """What the process does: whether it went well, and what was found, or why it cannot be read."""
    work, *rest = pickle.loads(asked)  # noqa: S301 - we wrote it ourselves
    try:
        return pickle.dumps((True, work(*rest)))
    except InvalidError as error:
        return pickle.dumps((False, error.problems))


def main() -> None:
    """From one pipe into the other."""
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
