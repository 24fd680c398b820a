"""`lineside import customers|purchases|cases FILE`."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

from console.clock import now
from console.commands.case_news import news_of_cases
from console.commands.collecting import rare_collections
from console.commands.database import open_database
from console.profile.csv_file import Choices
from console.profile.encoding import is_certain
from console.profile.fields import forms
from console.profile.import_choices import DELIMITERS, ENCODINGS
from console.profile.importing import Import, Report, Tell
from console.profile.kinds import KINDS, Reading
from console.settings import Settings

SIGNS = {name.replace(" ", "-"): sign for sign, name in DELIMITERS.items()}
"""What parts cells, by names that can be typed."""

INTERRUPTED = 130
"""The exit status of what Ctrl+C ended."""

MOST_TOLD = 60
"""Characters of a cell that are shown."""


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("import", help="customers, purchases or cases from a CSV file")
    parser.add_argument("kind", choices=list(KINDS), help="what the file holds")
    parser.add_argument("file", metavar="FILE", type=Path, help="its first line names the columns")
    encodings, delimiters = ", ".join(ENCODINGS), ", ".join(SIGNS)
    parser.add_argument(
        "--encoding",
        type=str.lower,
        choices=list(ENCODINGS),
        metavar="NAME",
        help=f"how it is encoded, when that is not found out rightly: {encodings}",
    )
    parser.add_argument(
        "--delimiter",
        type=lambda text: SIGNS.get(text.lower(), text),
        choices=list(SIGNS.values()),
        metavar="NAME",
        help=f"what parts its cells, when that is not found out rightly: {delimiters}, or the sign itself",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and store nothing")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Import the file; the last line printed counts the rows. Ctrl+C ends it behind the batch at hand."""
    reading = Reading(
        forms(settings.locale, settings.time_zone, settings.region), home_currency=settings.currency
    )
    choices = Choices(encoding=args.encoding, delimiter=args.delimiter)
    job = Import(args.file, args.kind, reading, settings.region, choices=choices)
    _say_encoding(job, chosen=bool(args.encoding))
    _say_spelling(job)
    async with open_database(settings) as sessions, news_of_cases(settings, args.kind) as changed:
        with rare_collections(), _until_ctrl_c() as go_on:
            report = await job.run(sessions, now(), dry_run=args.dry_run, tell=go_on, changed=changed)
    _say(report, job.rejected_path, dry_run=args.dry_run)
    return INTERRUPTED if report.stopped else 1 if report.rejected else 0


@contextmanager
def _until_ctrl_c() -> Iterator[Tell]:
    """Whether to go on: not when Ctrl+C was typed. Typed once more, it ends the command at once, as ever."""
    typed, usual = Event(), signal.getsignal(signal.SIGINT)

    async def go_on(_report: Report) -> bool:
        return not typed.is_set()

    def hear(_number: int, _frame: FrameType | None) -> None:
        typed.set()
        signal.signal(signal.SIGINT, usual)

    if usual != signal.SIG_IGN:
        signal.signal(signal.SIGINT, hear)
    try:
        yield go_on
    finally:
        signal.signal(signal.SIGINT, usual)


def _say_encoding(job: Import, *, chosen: bool) -> None:
    """A code page is a guess, which shows in what it makes of the file."""
    encoding = ENCODINGS.get(job.encoding, job.encoding)
    print(f"Encoding: {encoding}. Cells are parted by: {DELIMITERS.get(job.delimiter, job.delimiter)}.")
    if not is_certain(job.encoding) and (telling := job.telling()):
        doubt = "" if chosen else " If that is wrong, say --encoding."
        print(f'So it says "{telling[:MOST_TOLD]}".{doubt}')


def _say_spelling(job: Import) -> None:
    """What the file told of itself is said before anything is stored: it may have been misunderstood."""
    if job.numbers:
        print(f"Numbers are read as {job.numbers} is written.")
    if job.dates:
        print(f"Dates are read in the order of {job.dates}.")


def _say(report: Report, rejected: Path, *, dry_run: bool) -> None:
    if report.unknown_columns:
        print(f"Unknown columns, left out: {', '.join(report.unknown_columns)}")
    _say_first(report.remarks, report.unusable_phones)
    if report.unusable_phones:
        print("What is no telephone number is kept as written and matches no caller.")
    _say_first(report.rejections, report.rejected)
    if report.rejected:
        print(f"The rejected rows are in {rejected}: mend them there and import that file.")
    if report.stopped:
        stored = "Nothing was stored." if dry_run else "What is counted below is stored."
        print(f"Stopped by Ctrl+C. {stored} Import the same file again: it goes on where this one stopped.")
    print(f"imported {report.imported}, unchanged {report.unchanged}, rejected {report.rejected}")


def _say_first(sentences: list[str], count: int) -> None:
    for sentence in sentences:
        print(sentence)
    if count > len(sentences):
        print(f"… and {count - len(sentences)} more")
