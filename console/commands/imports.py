"""`lineside import customers|purchases|cases FILE`."""

import argparse
from pathlib import Path
from typing import Any

from console.clock import now
from console.commands.collecting import rare_collections
from console.commands.database import open_database
from console.profile.fields import forms
from console.profile.importing import Import, Report
from console.profile.kinds import KINDS, Reading
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("import", help="customers, purchases or cases from a CSV file")
    parser.add_argument("kind", choices=list(KINDS), help="what the file holds")
    parser.add_argument("file", metavar="FILE", type=Path, help="its first line names the columns")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and store nothing")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Import the file; the last line printed counts the rows."""
    reading = Reading(
        forms(settings.locale, settings.time_zone, settings.region), home_currency=settings.currency
    )
    job = Import(args.file, args.kind, reading, settings.region)
    _say_spelling(job)
    async with open_database(settings) as sessions:
        with rare_collections():
            report = await job.run(sessions, now(), dry_run=args.dry_run)
    _say(report, job.rejected_path)
    return 1 if report.rejected else 0


def _say_spelling(job: Import) -> None:
    """What the file told of itself is said before anything is stored: it may have been misunderstood."""
    if job.numbers:
        print(f"Numbers are read as {job.numbers} is written.")
    if job.dates:
        print(f"Dates are read in the order of {job.dates}.")


def _say(report: Report, rejected: Path) -> None:
    if report.unknown_columns:
        print(f"Unknown columns, left out: {', '.join(report.unknown_columns)}")
    _say_first(report.remarks, report.unusable_phones)
    if report.unusable_phones:
        print("What is no telephone number is kept as written and matches no caller.")
    _say_first(report.rejections, report.rejected)
    if report.rejected:
        print(f"The rejected rows are in {rejected}: mend them there and import that file.")
    print(f"imported {report.imported}, unchanged {report.unchanged}, rejected {report.rejected}")


def _say_first(sentences: list[str], count: int) -> None:
    for sentence in sentences:
        print(sentence)
    if count > len(sentences):
        print(f"… and {count - len(sentences)} more")
