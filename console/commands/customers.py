"""`lineside customer export|erase`."""

import argparse
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from console.clock import now
from console.commands.database import TRACES, open_database
from console.db.engine import Sessions
from console.errors import NotFoundError, UsageError
from console.profile.erasing import erase_customer
from console.profile.erasure_preview import ErasurePreview, preview_erasure, what_goes, what_stays
from console.profile.exporting import export_customer, write_export
from console.settings import Settings

Command = Callable[[argparse.Namespace, Sessions], Coroutine[Any, Any, int]]


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("customer", help="everything about one customer")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    export = actions.add_parser("export", help="everything that is stored of a customer, as one JSON file")
    export.add_argument("ref", metavar="REF", help="the customer's key")
    export.add_argument("--to", metavar="FILE", type=Path, help="a new file (default: standard output)")
    export.set_defaults(run=run, action=_export)
    erase = actions.add_parser("erase", help="erase a customer; counts and times stay. It cannot be undone")
    erase.add_argument("ref", metavar="REF", help="the customer's key")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.set_defaults(run=run, action=_erase)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the action that was asked for."""
    action: Command = args.action
    try:
        async with open_database(settings) as sessions:
            return await action(args, sessions)
    except NotFoundError as error:
        raise UsageError(str(error)) from error


async def _export(args: argparse.Namespace, sessions: Sessions) -> int:
    async with sessions() as session:
        text = write_export(await export_customer(session, args.ref, now()))
    if args.to is None:
        print(text, end="")
        return 0
    try:
        args.to.touch(mode=0o600, exist_ok=False)  # for its owner only, before anything is in it
        args.to.write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise UsageError(f"{args.to} is there already: name a new file.") from error
    except OSError as error:
        raise UsageError(f"{args.to} cannot be written: {error.strerror}.") from error
    print(f"Everything about {args.ref} is in {args.to}.")
    return 0


async def _erase(args: argparse.Namespace, sessions: Sessions) -> int:
    async with sessions() as session:
        preview = await preview_erasure(session, args.ref)
    if not args.yes and not preview.on_call:  # whoever is on a call is not erased anyway
        _ask(preview)
    erased = await erase_customer(sessions, args.ref, None, now())
    stays = erased.erasure
    print(f"erased 1, kept as counts: purchases {stays.purchases}, cases {stays.cases}, calls {stays.calls}")
    if not erased.wiped:
        print(TRACES)
    return 0


def _ask(preview: ErasurePreview) -> None:
    """Show what would go; the reference, typed again, is the consent."""
    print(f"Erase {preview.name}, {preview.ref}. It cannot be undone. Goes:")
    for sentence in what_goes(preview):
        print(f"  - {sentence}")
    print("Stays, as counts and times:")
    for sentence in what_stays(preview):
        print(f"  - {sentence}")
    print("To erase, type the reference: ", end="", flush=True)
    typed = sys.stdin.readline().strip()
    if typed != preview.ref:
        print()
        raise UsageError("Nothing was erased: the reference was not typed. `--yes` does not ask.")
