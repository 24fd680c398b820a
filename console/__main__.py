"""`lineside …`: reads the settings, runs one command, turns errors into one sentence and an exit status.

0: all done. 1: done, but something was rejected or failed. 2: wrong usage or setting.
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Coroutine, Sequence

from console.commands import database, demo, doctor, imports, listen, queues, scripts, serve, tokens, users
from console.errors import LinesideError, SettingError, UsageError
from console.settings import read_settings

if sys.platform != "win32":
    import uvloop


COMMANDS = (demo, serve, listen, doctor, database, users, queues, tokens, imports, scripts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    args = parser().parse_args(arguments)
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


def parser() -> argparse.ArgumentParser:
    """The command line, put together from the commands."""
    top = argparse.ArgumentParser(prog="lineside", description="Lineside, the contact-center agent console.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return top


def run(command: Coroutine[object, object, int]) -> int:
    """Run a command's coroutine, on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(command)
    return uvloop.run(command)


if __name__ == "__main__":
    sys.exit(main())
