"""`lineside …`: reads the settings, runs one command, turns errors into one sentence and an exit status.

0: all done. 1: done, but something was rejected or failed. 2: wrong usage or setting.
"""

import argparse
import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Coroutine, Sequence

from console.errors import LinesideError, SettingError, UsageError
from console.settings import read_settings

if sys.platform != "win32":
    import uvloop


COMMANDS = {
    "demo": "console.commands.demo",
    "serve": "console.commands.serve",
    "listen": "console.commands.listen",
    "doctor": "console.commands.doctor",
    "db": "console.commands.database",
    "user": "console.commands.users",
    "queue": "console.commands.queues",
    "token": "console.commands.tokens",
    "customer": "console.commands.customers",
    "import": "console.commands.imports",
    "scripts": "console.commands.scripts",
    "articles": "console.commands.articles",
    "replay": "console.commands.replay",
}
"""The module of each command: only the one that is asked for is loaded."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    words = sys.argv[1:] if arguments is None else arguments
    args = parser(words[0] if words else "").parse_args(words)
    try:
        return run(args.run(args, read_settings(os.environ)))
    except (SettingError, UsageError) as error:
        print(f"lineside: {error}", file=sys.stderr)
        return 2
    except LinesideError as error:
        print(f"lineside: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        print(f"lineside: {_unexpected(error)}", file=sys.stderr)
        return 1


def _unexpected(error: Exception) -> str:
    what = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    return (
        f"Something unexpected went wrong ({what}). Please report it; `python -X dev -m console …` "
        "with the same words shows where it happened."
    )


def parser(command: str = "") -> argparse.ArgumentParser:
    """The command line with one command, or (when there is none of that name) with all."""
    top = argparse.ArgumentParser(prog="lineside", description="Lineside, the contact-center agent console.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in [COMMANDS[command]] if command in COMMANDS else COMMANDS.values():
        importlib.import_module(module).add_to(commands)
    return top


def run(command: Coroutine[object, object, int]) -> int:
    """Run a command's coroutine, on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(command)
    return uvloop.run(command)


if __name__ == "__main__":
    sys.exit(main())
