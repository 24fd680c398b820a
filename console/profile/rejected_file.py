"""Writes rejected rows to a file that can be mended and imported again."""

import csv
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from console.errors import UsageError
from console.profile.csv_file import OF_REJECTED_FILES, CsvFile, Row
from console.web.formulas import disarm, restore


@dataclass(frozen=True, slots=True)
class Rejected:
    """Where rejected rows go, and how they are encoded there."""

    path: Path
    encoding: str = "utf-8"


class RejectedFile:
    """The rejected rows of `file` with `line` and `reason` in front; no spreadsheet takes a cell of it for a
    formula. An old one is removed; there is none when nothing is rejected."""

    def __init__(self, to: Rejected, file: CsvFile) -> None:
        self.path = to.path
        self._encoding = to.encoding
        self._delimiter = file.delimiter
        self._skipped = len(OF_REJECTED_FILES) if file.is_of_rejected else 0
        self._header = file.header[self._skipped :]
        self._file: TextIOWrapper | None = None
        self._writer: Any = None

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
        raw = row.raw[self._skipped :] if len(row.raw) > self._skipped else row.raw
        try:
            if self._file is None:
                self._open()
            self._writer.writerow([row.line, *map(disarm, (reason, *raw))])
        except OSError as error:
            raise self._unwritable(error) from error

    def _open(self) -> None:
        self._file = self.path.open("w", encoding=self._encoding, newline="")
        self._writer = csv.writer(self._file, delimiter=self._delimiter)
        self._writer.writerow([*OF_REJECTED_FILES, *map(disarm, self._header)])

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"Cannot write the rejected rows to {self.path}: {error.strerror}.")


def first_rejections(path: Path, most: int) -> list[tuple[str, str]]:
    """Line and reason of the first rows in a file of rejected rows; none when it is not there."""
    rejections: list[tuple[str, str]] = []
    with suppress(FileNotFoundError, csv.Error), path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        delimiter = header.removeprefix(OF_REJECTED_FILES[0])[0]
        for line, reason, *_ in islice(csv.reader(file, delimiter=delimiter), most):
            rejections.append((line, restore(reason)))
    return rejections
