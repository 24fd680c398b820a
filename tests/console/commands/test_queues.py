"""`lineside queue set`."""

import pytest

from console.commands import queues
from console.commands.database import open_database
from console.db.revision import revisions
from console.errors import UsageError
from console.settings import Settings
from tests.console.commands.conftest import Run

pytestmark = pytest.mark.slow


async def test_a_new_queue_has_the_usual_values(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(queues, "queue", "set", "support") == 0
    assert capsys.readouterr().out == (
        "Queue support: line 1, answer within 20 s, wrap-up 30 s, outcome not required.\n"
    )


async def test_what_is_left_out_stays_as_it_is(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = ["--title", "Experts", "--line", "2", "--answer-within-s", "60", "--wrap-up-s", "0"]
    await run(queues, "queue", "set", "experts", *everything, "--outcome-required")
    await run(queues, "queue", "set", "experts", "--answer-within-s", "45")
    await run(queues, "queue", "set", "experts", "--no-outcome-required")
    assert capsys.readouterr().out.splitlines() == [
        "Queue experts (Experts): line 2, answer within 60 s, wrap-up 0 s, outcome required.",
        "Queue experts (Experts): line 2, answer within 45 s, wrap-up 0 s, outcome required.",
        "Queue experts (Experts): line 2, answer within 45 s, wrap-up 0 s, outcome not required.",
    ]
    async with open_database(settings) as sessions, sessions() as session:
        assert await revisions(session) == {"queues": 3}


async def test_a_queue_has_words_for_how_calls_ended(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    await run(queues, "queue", "set", "sales", "--outcome", "sold", "--outcome", "not sold")
    await run(queues, "queue", "set", "sales", "--line", "2")
    await run(queues, "queue", "set", "sales", "--outcome", "")
    assert [line.partition("outcome ")[2] for line in capsys.readouterr().out.splitlines()] == [
        "not required (sold, not sold).",
        "not required (sold, not sold).",
        "not required.",
    ]


async def test_an_extension_leads_into_it(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    await run(queues, "queue", "set", "support", "--extension", "600")
    await run(queues, "queue", "set", "support", "--line", "2")
    await run(queues, "queue", "set", "support", "--extension", "")  # none any more
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()] == [
        "Queue support: extension 600",
        "Queue support: extension 600",
        "Queue support: line 2",
    ]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["support", "--answer-within-s", "0"], "answer_within_s: must be 1 to 86400 seconds"),
        (["support", "--wrap-up-s", "-1"], "wrap_up_s: must be 0 to 86400 seconds"),
        ([""], "name: must be the queue's name on the phone system"),
        (["q" * 101], "name: must be the queue's name"),
        (["support", "--title", "t" * 201], "title: is too long"),
        (["support", "--outcome", "a\nb"], "outcomes: each has up to 100 characters, in one line"),
        (["support", *["--outcome", "x"] * 51], "outcomes: 50 are the most"),
        (["support", "--extension", "6 00"], "extension: must be what is dialled to get into the queue: 600"),
    ],
)
async def test_what_is_wrong_is_said(run: Run, arguments: list[str], why: str) -> None:
    with pytest.raises(UsageError, match=f"Nothing was set: {why}"):
        await run(queues, "queue", "set", *arguments)
