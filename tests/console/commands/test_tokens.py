"""`lineside token add`."""

import pytest

from console.commands import tokens
from console.commands.database import open_database
from console.errors import UsageError
from console.identity.permissions import Scope
from console.identity.tokens import load
from console.settings import Settings
from tests.console.commands.conftest import Run, parse


async def test_the_token_is_all_of_the_output_for_a_shell_variable(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        await run(tokens, "token", "add", "crm", "--scope", "calls:read", "pick", "--scope", "board:read")
        == 0
    )
    printed = capsys.readouterr()
    token = printed.out.rstrip("\n")
    assert "it is not shown again" in printed.err
    async with open_database(settings) as sessions, sessions() as session:
        holder = await load(session, token)
    assert holder is not None
    assert (holder.name, set(holder.scopes)) == ("crm", {Scope.CALLS_READ, Scope.PICK, Scope.BOARD_READ})


async def test_a_name_is_given_once(run: Run) -> None:
    await run(tokens, "token", "add", "crm", "--scope", "pick")
    with pytest.raises(UsageError, match="No token was made: name: there is a token 'crm' already"):
        await run(tokens, "token", "add", "crm", "--scope", "pick")


def test_an_unknown_scope_is_named_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(tokens, "token", "add", "crm", "--scope", "records")
    printed = capsys.readouterr().err
    assert "'records'" in printed
    assert all(scope in printed for scope in Scope)
