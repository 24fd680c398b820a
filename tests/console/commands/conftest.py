"""Runs commands as the command line does."""

import argparse
import io
import sys
from collections.abc import Awaitable, Callable
from types import ModuleType

import pytest

from console.settings import Settings

Run = Callable[..., Awaitable[int]]


def parse(module: ModuleType, *arguments: str) -> argparse.Namespace:
    """The arguments as the command line reads them."""
    parser = argparse.ArgumentParser(prog="lineside")
    module.add_to(parser.add_subparsers(required=True))
    return parser.parse_args(arguments)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings with a database without records."""
    return Settings(database_url=database_url)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command's module with arguments; `stdin` is what is typed."""

    async def run(module: ModuleType, *arguments: str, stdin: str = "") -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        args = parse(module, *arguments)
        status: int = await args.run(args, settings)
        return status

    return run
