"""`lineside scripts import` of 500 scripts of which 20 are wrong, as its users run it, on both databases."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from console.db.engine import create_engine, create_sessions
from console.scripts.models import StoredScript, StoredVersion
from tests.rig.product import Product

NUMBER = 500
LINES_EACH = 14

SCRIPT = """\
script: script-{number}
title: Script number {number}
priority: {priority}
when: {{all: [purchases.count_30d >= {number}, caller.segment = "gold"]}}
steps:
  - id: greet
    say: "Good day {{{{ customer.name | name }}}}, number {number}."
    fallback: Good day.
    next: wish
  - id: wish
    ask: Wait or cancel?
    answers: {{wait: over, cancel: over}}
  - {{id: over, end: done}}
---
"""

MISTAKES = [
    ("purchases.count_30d", "purchases.cuont_30d", 4, "Did you mean purchases.count_30d?"),
    (">= ", "=> ", 4, "Did you mean >=?"),
    ('"gold"', "gold", 4, 'Did you mean "gold"?'),
    ("title:", "titel:", 1, '"title" must be a text, not nothing.'),
    ("priority: ", "priority: 1", 3, "must be a whole number from 0 to 100"),
    ("customer.name", "customer.nmae", 7, "Did you mean name?"),
    ("| name", "| nmae", 7, "Did you mean name?"),
    ("next: wish", "next: whish", 9, "Did you mean wish?"),
    ("end: done", "fallback: x", 13, "a step needs one of say, ask, check, disclose, do, end."),
    ("cancel: over", "cancel: ovre", 12, "Did you mean over?"),
]
"""What stands there, what is wrong, in which line of its script, and what is said to mend it."""


def scripts(*, wrong: bool) -> str:
    texts = [SCRIPT.format(number=number, priority=30 + number % 70) for number in range(NUMBER)]
    for place in range(20 if wrong else 0):
        before, after, *_ = MISTAKES[place % len(MISTAKES)]
        texts[place * 25 + 3] = texts[place * 25 + 3].replace(before, after, 1)
    return "".join(texts)


async def stored(database_url: str) -> tuple[int, int, int]:
    """How many scripts and versions are stored, and how many are published."""
    engine = create_engine(database_url)
    async with create_sessions(engine)() as session:
        numbers = [
            await session.scalar(select(func.count()).select_from(StoredScript)),
            await session.scalar(select(func.count()).select_from(StoredVersion)),
            await session.scalar(select(func.count(StoredScript.published_version))),
        ]
    await engine.dispose()
    return numbers[0] or 0, numbers[1] or 0, numbers[2] or 0


@pytest.mark.slow
async def test_all_that_is_wrong_is_listed_and_then_all_is_imported(
    database_url: str, tmp_path: Path
) -> None:
    product = Product(tmp_path, {"DATABASE_URL": database_url})
    file = tmp_path / "many.yaml"

    async def run(*more: str) -> tuple[int, list[str]]:
        done = await asyncio.to_thread(product.try_command, "scripts", "import", str(file), *more)
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    file.write_text(scripts(wrong=True), encoding="utf-8")
    status, told = await run()
    assert status == 1
    assert told[-2:] == [
        "Nothing was imported: mend the file and import it again.",
        "imported 0, unchanged 0, rejected 20",
    ]
    for place in range(20):
        _, _, line, mend = MISTAKES[place % len(MISTAKES)]
        number = place * 25 + 3
        begin = f"many.yaml line {number * LINES_EACH + line}: script-{number}: "
        [said] = [each for each in told if each.startswith(begin) and mend in each]
        assert said
    assert await stored(database_url) == (0, 0, 0)

    file.write_text(scripts(wrong=False), encoding="utf-8")
    assert (await run())[1][-2:] == [
        "Stored as drafts: calls get them once they are imported with --publish.",
        "imported 500, unchanged 0, rejected 0",
    ]
    assert await stored(database_url) == (500, 500, 0)
    assert (await run("--publish"))[1][-1] == "imported 500, unchanged 0, rejected 0"
    assert await stored(database_url) == (500, 500, 500)
    assert (await run("--publish"))[1][-1] == "imported 0, unchanged 500, rejected 0"
