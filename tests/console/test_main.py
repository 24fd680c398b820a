"""The command line: one sentence and an exit status, never a stack trace."""

import argparse
import sys
from typing import Any

import pytest

import console.__main__ as program
from console.errors import LinesideError, UsageError
from console.settings import Settings


def failing(error: Exception) -> Any:
    class Command:
        @staticmethod
        def add_to(subparsers: Any) -> None:
            subparsers.add_parser("try").set_defaults(run=Command.run)

        @staticmethod
        async def run(_args: argparse.Namespace, _settings: Settings) -> int:
            raise error

    return Command


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (UsageError("No such file."), 2, "lineside: No such file.\n"),
        (LinesideError("It is down."), 1, "lineside: It is down.\n"),
        (ValueError("a\nbug"), 1, "lineside: Something unexpected went wrong (ValueError: a bug)."),
    ],
)
def test_an_error_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    status: int,
    says: str,
) -> None:
    monkeypatch.setitem(sys.modules, "failing", failing(error))
    monkeypatch.setattr(program, "COMMANDS", {"try": "failing"})
    assert program.main(["try"]) == status
    said = capsys.readouterr().err
    assert said.startswith(says)
    assert said.count("\n") == 1


def test_a_wrong_setting_names_itself_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINESIDE_TIME_ZONE", "Mars/Base")
    assert program.main(["serve"]) == 2
    assert capsys.readouterr().err == (
        "lineside: LINESIDE_TIME_ZONE: 'Mars/Base' is no time zone; write one such as Europe/Bratislava.\n"
    )


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out.split()
    commands = {"demo", "serve", "listen", "doctor", "db", "user", "queue", "token", "import", "scripts"}
    assert commands <= set(told)
