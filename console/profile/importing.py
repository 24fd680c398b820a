"""Imports a CSV file: good rows are kept, bad ones go to a file that can be mended and imported again."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.records import CustomerRecord
from console.db.batch import Saved
from console.db.engine import Sessions
from console.errors import Problem, UsageError
from console.profile.csv_file import OF_REJECTED_FILES, CsvFile, Row, read_csv
from console.profile.kinds import KINDS, Cells, Reading, Record

BATCH = 1_000
"""Rows per transaction: enough to be fast, few enough that calls can be recorded in between."""

NAMED = 10
"""So many rejections and unusable phones are named; the file of rejected rows has all."""

Readable = tuple[Row, Record]


@dataclass(slots=True)
class Report:
    """What an import did. `rejections` and `remarks` are sentences about the first rows concerned."""

    unknown_columns: list[str]
    imported: int = 0
    unchanged: int = 0
    rejected: int = 0
    unusable_phones: int = 0
    rejections: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Import:
    """One import of one file."""

    def __init__(self, path: Path, kind: str, reading: Reading, region: str) -> None:
        """Look at the file. Raises UsageError when it cannot be read as one of this kind."""
        self._kind = KINDS[kind]
        self._reading = reading
        self._file = read_csv(path, self._kind.columns, region)
        self._rejected = RejectedFile(path, self._file)
        self._lines: dict[str, int] = {}
        self.report = Report(self._file.unknown)

    @property
    def rejected_path(self) -> Path:
        """Where the rejected rows go."""
        return self._rejected.path

    async def run(self, sessions: Sessions, at: datetime, *, dry_run: bool) -> Report:
        """Import all rows; with `dry_run` everything but the storing is done."""
        with self._rejected:
            readable = self._readable()
            async with sessions() as session:
                while batch := list(islice(readable, BATCH)):
                    await self._save(session, batch, at)
                    await (session.rollback() if dry_run else session.commit())
        return self.report

    def _readable(self) -> Iterator[Readable]:
        """The rows that make a record; the others are rejected on the way."""
        for row in self._file.rows():
            cells = Cells(row.cells)
            record = None if row.problem else self._kind.record(self._reading, cells)
            problem = row.problem or self._repeated(record, row) or "; ".join(map(str, cells.problems))
            if problem or record is None:
                self._reject(row, problem)
            else:
                yield row, record

    def _repeated(self, record: Record | None, row: Row) -> str | None:
        """Of two rows with one `ref` the first counts: else the same file would change things every time."""
        if record is None or not record.ref:
            return None
        line = self._lines.setdefault(record.ref, row.line)
        return None if line == row.line else f'ref: "{record.ref}" is already on line {line}'

    async def _save(self, session: AsyncSession, batch: list[Readable], at: datetime) -> None:
        results = await self._kind.save(session, [record for _, record in batch], at)
        for (row, record), result in zip(batch, results, strict=True):
            if isinstance(result, Problem):
                self._reject(row, str(result))
                continue
            self._remark(row, record)
            if result is Saved.UNCHANGED:
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


class RejectedFile:
    """`FILE.rejected.csv`: the rejected rows with `line` and `reason` in front. An old one is removed; there
    is none when nothing is rejected."""

    def __init__(self, path: Path, file: CsvFile) -> None:
        self.path = path.with_name(f"{path.name}.rejected.csv")
        self._delimiter = file.delimiter
        self._skipped = len(OF_REJECTED_FILES) if file.header[:2] == OF_REJECTED_FILES else 0
        self._header = file.header[self._skipped :]
        self._file: TextIOWrapper | None = None

    def __enter__(self) -> None:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, row: Row, reason: str) -> None:
        """Add a row. Raises UsageError when the file cannot be written."""
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                self._write([*OF_REJECTED_FILES, *self._header])
            self._write([str(row.line), reason, *row.raw[self._skipped if row.cells else 0 :]])
        except OSError as error:
            raise self._unwritable(error) from error

    def _write(self, cells: list[str]) -> None:
        csv.writer(self._file, delimiter=self._delimiter).writerow(cells)  # type: ignore[arg-type]

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"Cannot write the rejected rows to {self.path}: {error.strerror}.")
