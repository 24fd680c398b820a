"""`lineside user add`."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from console.commands import queues, users
from console.commands.database import open_database
from console.errors import UsageError
from console.identity.models import User
from console.identity.passwords import Passwords
from console.settings import Settings
from tests.console.commands.conftest import Run, parse

pytestmark = pytest.mark.slow  # a database and a real password hash each

ANA = ["user", "add", "ana@example.com", "--name", "Ana", "--role", "agent", "--password-stdin"]
PHONE = ["--extension", "1001", "--interface", "PJSIP/1001", "--interface", "SIP/ana"]


async def stored(settings: Settings) -> list[User]:
    """All users."""
    query = select(User).options(selectinload(User.interfaces), selectinload(User.queues)).order_by(User.id)
    async with open_database(settings) as sessions, sessions() as session:
        return list(await session.scalars(query))


async def test_a_user_can_log_in_and_be_called(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(queues, "queue", "set", "support") == 0
    arguments = [*ANA, *PHONE, "--line", "2", "--queues", "support, orders"]
    assert await run(users, *arguments, stdin="correct horse\n") == 0
    (ana,) = await stored(settings)
    assert await Passwords().matches(ana.password_hash, "correct horse")
    assert (ana.email, ana.role, ana.extension, ana.line) == ("ana@example.com", "agent", "1001", 2)
    assert {held.interface for held in ana.interfaces} == {"PJSIP/1001", "SIP/ana"}
    assert {held.queue for held in ana.queues} == {"support", "orders"}
    printed = capsys.readouterr().out
    assert "Added Ana <ana@example.com>, agent." in printed
    assert "queue 'orders' is not set up here yet: `lineside queue set orders`" in printed
    assert "'support'" not in printed


async def test_only_one_line_end_is_taken_off_the_password(run: Run, settings: Settings) -> None:
    assert await run(users, *ANA, stdin=" 12 45 7\n\r\n") == 0
    (ana,) = await stored(settings)
    assert await Passwords().matches(ana.password_hash, " 12 45 7\n")


async def test_an_agent_without_a_phone_is_noted(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    await run(users, *ANA, stdin="correct horse")
    assert "without --interface no call finds them" in capsys.readouterr().out


async def test_the_same_email_twice_is_refused(run: Run, settings: Settings) -> None:
    await run(users, *ANA, stdin="correct horse")
    with pytest.raises(
        UsageError, match=r"No user was added: email: there is a user ana@example\.com already"
    ):
        await run(users, *ANA, stdin="another horse")
    assert len(await stored(settings)) == 1


async def test_an_interface_of_somebody_else_is_refused(run: Run) -> None:
    await run(users, *ANA, *PHONE, stdin="correct horse")
    bea = ["user", "add", "bea@example.com", *ANA[3:], "--interface", "pjsip/1001"]
    with pytest.raises(UsageError, match=r"PJSIP/1001 belongs to ana@example\.com already"):
        await run(users, *bea, stdin="correct horse")


@pytest.mark.parametrize("stdin", ["", "\n", "short\n"])
async def test_a_short_password_is_refused_before_anything_is_opened(run: Run, stdin: str) -> None:
    with pytest.raises(UsageError, match="password: is too short: at least 8 characters"):
        await run(users, *ANA, stdin=stdin)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["user", "add", "a@b", "--name", "A", "--role", "boss", "--password-stdin"],
            "invalid choice: 'boss'",
        ),
        ([*ANA, "--line", "3"], "invalid choice: 3"),
        (ANA[:-1], "required: --password-stdin"),
        (["user"], "required: ACTION"),
    ],
)
def test_wrong_usage_names_itself(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        parse(users, *arguments)
    assert error.value.code == 2
    assert sentence in capsys.readouterr().err
