"""`lineside scripts import|export|check`."""

import argparse
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from console.clock import now
from console.commands.database import open_database
from console.commands.text_files import read_text_file
from console.errors import InvalidError, Problem
from console.knowledge.surroundings import surroundings
from console.scripts.actions import RejectedError, export_scripts, import_scripts
from console.scripts.checking import Checked, check_text
from console.scripts.failures import StoredFailure, failures_of
from console.scripts.stored_checks import check_published
from console.settings import Settings

Command = Callable[[argparse.Namespace, Settings], Coroutine[Any, Any, int]]


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("scripts", help="call scripts from and to files")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    load = actions.add_parser("import", help="store the scripts of a file, all or nothing")
    load.add_argument("file", metavar="FILE", type=Path, help="a script file (YAML)")
    load.add_argument("--publish", action="store_true", help="give them to calls at once, not as drafts")
    load.set_defaults(run=run, action=_import)
    save = actions.add_parser("export", help="print all scripts as one script file")
    save.set_defaults(run=run, action=_export)
    check = actions.add_parser("check", help="say what is wrong in a file, without storing it")
    what = check.add_mutually_exclusive_group(required=True)
    what.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a script file (YAML)")
    what.add_argument(
        "--stored", action="store_true", help="check what calls get, and say what it failed at on calls"
    )
    check.set_defaults(run=run, action=_check)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the action that was asked for."""
    action: Command = args.action
    return await action(args, settings)


async def _import(args: argparse.Namespace, settings: Settings) -> int:
    text = read_text_file(args.file, "a script file")
    try:
        async with open_database(settings) as sessions, sessions.begin() as session:
            known = await surroundings(session)
            done = await import_scripts(
                session, text, publish=args.publish, at=now(), name=args.file.name, there=known
            )
    except InvalidError as error:
        _print(error.problems)
        print("Nothing was imported: mend the file and import it again.")
        print(
            f"imported 0, unchanged 0, rejected {error.rejected if isinstance(error, RejectedError) else 1}"
        )
        return 1
    _print(done.warnings, "warning: ")
    if done.imported and not args.publish:
        print("Stored as drafts: calls get them once they are imported with --publish.")
    print(f"imported {done.imported}, unchanged {done.unchanged}, rejected 0")
    return 0


async def _export(_args: argparse.Namespace, settings: Settings) -> int:
    async with open_database(settings) as sessions, sessions() as session:
        print(await export_scripts(session), end="")
    return 0


async def _check(args: argparse.Namespace, settings: Settings) -> int:
    if args.stored:
        return await _check_stored(settings)
    text = read_text_file(args.file, "a script file")
    try:
        checked = check_text(text, args.file.name)
    except InvalidError as error:
        _print(error.problems)
        return 1
    _print(checked.problems)
    _print(checked.warnings, "warning: ")
    print(_counted(checked))
    return 1 if checked.problems else 0


async def _check_stored(settings: Settings) -> int:
    async with open_database(settings) as sessions, sessions() as session:
        checked = await check_published(session, await surroundings(session))
        failures = await failures_of(session)
    _print(checked.problems)
    _print(checked.warnings, "warning: ")
    for failed in failures:
        print(f"on calls: {_told(failed)}")
    print(f"{_counted(checked)}, failures on calls {len(failures)}")
    return 1 if checked.problems or failures else 0


def _counted(checked: Checked) -> str:
    numbers = len(checked.scripts), len(checked.problems), len(checked.warnings)
    return "scripts {}, problems {}, warnings {}".format(*numbers)


def _told(failed: StoredFailure) -> str:
    what, seen = failed.failure, failed.seen
    place = f"{what.key}, version {what.version}" + (f", step {what.step}" if what.step else "")
    times = "once" if seen.times == 1 else f"{seen.times} times"
    last = f"last {seen.last_at:%Y-%m-%dT%H:%M:%SZ}" + (f" (call {seen.call_id})" if seen.call_id else "")
    return f"{place}: {what.why}: {times}, {last}"


def _print(problems: Iterable[Problem], before: str = "") -> None:
    for problem in problems:
        print(f"{before}{problem}")
