"""Imports a CSV file: good rows are kept, bad ones go to a file that can be mended and imported again."""

import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.records import CustomerRecord
from console.db.batch import Result, Saved, expect_many
from console.db.engine import Sessions
from console.db.writing import try_out, write
from console.errors import Problem
from console.profile.csv_file import AS_FOUND, ATTRIBUTE, Choices, CsvFile, Row, read_csv
from console.profile.fields import Forms, spelled
from console.profile.firsts import Firsts, Memory
from console.profile.kinds import AMOUNTS, DATES, KINDS, Cells, Reading, Record
from console.profile.rejected_file import Rejected, RejectedFile
from console.profile.spelling import Dates, Numbers, find_dates, find_numbers

BATCH = 1_000
"""Rows per transaction: enough to be fast, few enough that calls can be recorded in between."""

SWEPT = 20
"""After so many batches the circles are collected in which statements leave their values behind, a tenth of a
megabyte for each batch. By itself Python would look for them after many batches, or all the time."""

NAMED = 10
"""So many rejections and unusable phones are named; the file of rejected rows has all."""

SAMPLE_ROWS = 1_000
"""So many rows tell how a file writes numbers and dates."""

Readable = tuple[Row, Record]
Rejection = tuple[Row, str]


@dataclass(slots=True)
class Report:
    """What an import did. `rejections` and `remarks` are sentences about the first rows concerned; `position`
    is the byte of the file up to which it was read, and `stopped` says that this was not its end."""

    unknown_columns: list[str]
    imported: int = 0
    unchanged: int = 0
    rejected: int = 0
    unusable_phones: int = 0
    rejections: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    position: int = 0
    stopped: bool = False

    @property
    def rows(self) -> int:
        """How many rows were dealt with."""
        return self.imported + self.unchanged + self.rejected


Tell = Callable[[Report], Awaitable[bool]]
"""Told how far it is after each batch; answers whether to go on."""


Changed = Callable[[Sessions, list[str]], Awaitable[None]]
"""Told behind each batch the keys of the records that are different by now."""


async def _go_on(_report: Report) -> bool:
    return True


async def _nobody(_sessions: Sessions, _refs: list[str]) -> None:
    """Nobody asks."""


@dataclass(frozen=True, slots=True)
class _Batch:
    readable: list[Readable]
    rejected: list[Rejection]
    position: int


class Import:
    """One import of one file. `numbers` and `dates` say how the file writes them (None: as is usual here)."""

    def __init__(
        self,
        path: Path,
        kind: str,
        reading: Reading,
        region: str,
        *,
        choices: Choices = AS_FOUND,
        rejected: Rejected | None = None,
    ) -> None:
        """Look at the file. Raises UsageError when it cannot be read as one of this kind."""
        self._kind = KINDS[kind]
        self._reading = reading
        self._file = read_csv(path, self._kind.columns, region, choices)
        self.numbers, self.dates = find_spelling(self._file, choices, reading.forms)
        rejected = rejected or Rejected(path.with_name(f"{path.name}.rejected.csv"))
        self._rejected = RejectedFile(rejected, self._file)
        self.report = Report(self._file.unknown)

    @property
    def encoding(self) -> str:
        """How the file is encoded."""
        return self._file.encoding

    @property
    def delimiter(self) -> str:
        """What parts its cells."""
        return self._file.delimiter

    def telling(self) -> str | None:
        """The first cell of its first rows that another encoding would spell differently."""
        with self._file.path.open("rb") as source, closing(self._file.rows(source)) as rows:
            first = islice(rows, SAMPLE_ROWS)
            return next((cell for row in first for cell in row.raw if not cell.isascii()), None)

    @property
    def rejected_path(self) -> Path:
        """Where the rejected rows go."""
        return self._rejected.path

    async def run(
        self,
        sessions: Sessions,
        at: datetime,
        *,
        dry_run: bool,
        tell: Tell = _go_on,
        changed: Changed = _nobody,
    ) -> Report:
        """Import all rows, in batches that are stored whole; with `dry_run` everything but the storing is
        done. Ends before the next batch when `tell` says so."""
        with (
            self._rejected,
            closing(Firsts[int]()) as lines,
            closing(Firsts[str]()) as companies,
            self._file.path.open("rb") as source,
        ):
            forms = spelled(self._reading.forms, self.numbers, self.dates)
            reading = self._reading.of_file(forms, companies)
            for number, batch in enumerate(self._batches(source, reading, lines), 1):
                refs = await self._store(sessions, batch, at, dry_run=dry_run)
                if refs and not dry_run:
                    await changed(sessions, refs)
                self.report.position = batch.position
                if number % SWEPT == 0:
                    gc.collect(1)  # what has lived longer is not looked through
                if not await tell(self.report):
                    self.report.stopped = True
                    break
        return self.report

    def _batches(self, source: BinaryIO, reading: Reading, lines: Memory[int]) -> Iterator[_Batch]:
        rows = self._file.rows(source)
        while batch := list(islice(rows, BATCH)):
            readable: list[Readable] = []
            rejected: list[Rejection] = []
            for row in batch:
                cells = Cells(row.cells)
                record = None if row.problem else self._kind.record(reading, cells)
                problem = row.problem or _repeated(record, row, lines) or "; ".join(map(str, cells.problems))
                if problem or record is None:
                    rejected.append((row, problem))
                else:
                    readable.append((row, record))
            yield _Batch(readable, rejected, source.tell())

    async def _store(self, sessions: Sessions, batch: _Batch, at: datetime, *, dry_run: bool) -> list[str]:
        """Store it; the keys of the records that were not stored so before."""
        records = [record for _, record in batch.readable]

        async def work(session: AsyncSession) -> list[Result]:
            await expect_many(session)
            return await self._kind.save(session, records, at) if records else []

        results = await (try_out if dry_run else write)(sessions, work)
        rejected = [*batch.rejected]
        for (row, record), result in zip(batch.readable, results, strict=True):
            if isinstance(result, Problem):
                rejected.append((row, str(result)))
            else:
                self._count(row, record, result)
        for row, reason in sorted(rejected, key=lambda rejection: rejection[0].line):
            self._reject(row, reason)
        saved = zip(records, results, strict=True)
        return [record.ref for record, result in saved if result in {Saved.NEW, Saved.CHANGED}]

    def _count(self, row: Row, record: Record, saved: Saved) -> None:
        self._remark(row, record)
        if saved is Saved.UNCHANGED:
            self.report.unchanged += 1
        else:
            self.report.imported += 1

    def _reject(self, row: Row, reason: str) -> None:
        self.report.rejected += 1
        if len(self.report.rejections) < NAMED:
            self.report.rejections.append(f"line {row.line}: {reason}")
        self._rejected.write(row, reason)

    def _remark(self, row: Row, record: Record) -> None:
        """A number that nobody can call from is kept, but its author should know."""
        if not isinstance(record, CustomerRecord):
            return
        for phone in record.phones or ():
            if phone.e164 is None:
                self.report.unusable_phones += 1
                if len(self.report.remarks) < NAMED:
                    self.report.remarks.append(f'line {row.line}: "{phone.raw}" is no telephone number')


def _repeated(record: Record | None, row: Row, lines: Memory[int]) -> str | None:
    """Of two rows with one `ref` the first counts: else the same file would change things every time."""
    if record is None or not record.ref:
        return None
    line = lines.setdefault(record.ref, row.line)
    return None if line == row.line else f'ref: "{record.ref}" is already on line {line}'


def find_spelling(file: CsvFile, choices: Choices, usual: Forms) -> tuple[Numbers | None, Dates | None]:
    """How the file writes numbers and dates: as chosen, else as its first rows tell; None is as usual."""
    numbers: list[str] = []
    dates: list[str] = []
    with file.path.open("rb") as source:
        for row in islice(file.rows(source), SAMPLE_ROWS):
            for column, cell in row.cells.items():
                if column in DATES:
                    dates.append(cell)
                elif column in AMOUNTS or column.startswith(ATTRIBUTE):
                    numbers.append(cell)
    return (
        choices.numbers or find_numbers(numbers, usual.decimal),
        choices.dates or find_dates(dates),
    )
