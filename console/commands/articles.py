"""`lineside articles import|export`."""

import argparse
from pathlib import Path
from typing import Any

from console.clock import now
from console.commands.database import open_database
from console.commands.text_files import read_text_file
from console.errors import InvalidError
from console.knowledge.files import RejectedError, export_articles, import_articles
from console.scripts.actions import By
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("articles", help="answers, letters and forms from and to files")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    load = actions.add_parser("import", help="store the articles of a file, all or nothing")
    load.add_argument("file", metavar="FILE", type=Path, help="a file of articles (YAML)")
    load.set_defaults(run=_import)
    save = actions.add_parser("export", help="print all articles as one file")
    save.set_defaults(run=_export)


async def _import(args: argparse.Namespace, settings: Settings) -> int:
    text, by = read_text_file(args.file, "a file of articles"), By(None, now())
    try:
        async with open_database(settings) as sessions, sessions.begin() as session:
            done = await import_articles(session, text, by=by, name=args.file.name)
    except InvalidError as error:
        for problem in error.problems:
            print(problem)
        print("Nothing was imported: mend the file and import it again.")
        rejected = error.rejected if isinstance(error, RejectedError) else 1
        print(f"imported 0, unchanged 0, rejected {rejected}")
        return 1
    print(f"imported {done.imported}, unchanged {done.unchanged}, rejected 0")
    return 0


async def _export(_args: argparse.Namespace, settings: Settings) -> int:
    async with open_database(settings) as sessions, sessions() as session:
        print(await export_articles(session), end="")
    return 0
