"""Reads a CSV file of any usual making: finds out encoding and delimiter, keeps the line of each row."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.errors import UsageError
from console.profile.encoding import decode, no_text

DELIMITERS = (",", ";", "\t", "|")
ATTRIBUTE = "attr."
SNIFFED = 10_000
"""So many characters tell an unusual delimiter."""

OF_REJECTED_FILES = ["line", "reason"]
"""The columns that a file of rejected rows has in front; it can be mended and imported as it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its line in the file: where it starts, counted from 1. `cells` by column, trimmed; `problem`
    says why it could not be read, and `raw` is what it looked like, cell by cell."""

    line: int
    raw: list[str]
    cells: dict[str, str]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file with its header. `columns` names what each place holds: a known column, `attr.NAME`, or None for
    what is unknown (`unknown` has its names)."""

    header: list[str]
    columns: list[str | None]
    unknown: list[str]
    delimiter: str
    text: str

    def rows(self) -> Iterator[Row]:
        """All rows that hold anything, in order."""
        lines = _Lines(self.text)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        next(reader)
        while True:
            start = reader.line_num + 1
            lines.since.clear()
            try:
                raw = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(start, ["".join(lines.since).rstrip("\r\n")], {}, _unreadable(error))
                continue
            if any(cell.strip() for cell in raw):
                yield self._row(start, raw)

    def _row(self, line: int, raw: list[str]) -> Row:
        expected = len(self.columns)
        if len(raw) < expected or any(raw[expected:]):
            return Row(line, raw, {}, f"has {len(raw)} cells where the first line names {expected} columns")
        if any("\0" in cell for cell in raw):
            return Row(line, raw, {}, "holds a NUL character")
        named = zip(self.columns, raw, strict=False)
        cells = {column: cell.strip() for column, cell in named if column is not None}
        return Row(line, raw[:expected], cells)


def _unreadable(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "opens a quote that is never closed: all that follows was taken for its text; close it"
    return f"is not readable as CSV: {error}"


def read_csv(path: Path, known: Sequence[str], region: str) -> CsvFile:
    """The file, with its columns understood. Raises UsageError with one sentence when that cannot be done."""
    text = _text(path, region)
    delimiter, header = _header(text, known)
    columns = [_column(name, known) for name in header]
    if header[:2] == OF_REJECTED_FILES and "ref" in columns[2:]:
        columns[:2] = [None, None]
    named = [column for column in columns if column is not None]
    if "ref" not in named:
        raise UsageError(f"{path} has no column `ref` in its first line; expected are {', '.join(known)}.")
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise UsageError(f"{path} names the column `{twice[0]}` twice in its first line.")
    names = zip(header, columns, strict=True)
    unknown = [name for name, column in names if column is None and name not in {"", *OF_REJECTED_FILES}]
    return CsvFile(header, columns, unknown, delimiter, text)


def _text(path: Path, region: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}.") from error
    if kind := no_text(data):
        raise UsageError(f"{path} is {kind}; save it as CSV in the program that made it.")
    text = decode(data, region)
    if text is None:
        raise UsageError(f"Cannot tell how {path} is encoded; save it as UTF-8.")
    if not text.strip():
        raise UsageError(f"{path} is empty; its first line must name the columns.")
    return text


def _header(text: str, known: Sequence[str]) -> tuple[str, list[str]]:
    """The delimiter with which the first line names most columns that are known, and that line."""
    headers = {delimiter: _first_row(text, delimiter) for delimiter in DELIMITERS}
    score = {
        delimiter: sum(_column(name, known) is not None for name in header)
        for delimiter, header in headers.items()
    }
    best = max(DELIMITERS, key=lambda delimiter: score[delimiter])
    if "ref" in [_column(name, known) for name in headers[best]]:
        return best, headers[best]
    unusual = _sniffed(text) or best
    return unusual, _first_row(text, unusual)


def _sniffed(text: str) -> str | None:
    """The delimiter of a file that uses none of the usual ones."""
    # Loading it takes a quarter of a second, and it is hardly ever needed.
    from clevercsv import Sniffer  # noqa: PLC0415
    from clevercsv.exceptions import NoDetectionResult  # noqa: PLC0415

    try:
        dialect = Sniffer().sniff(text[:SNIFFED])
    except NoDetectionResult:
        return None
    return dialect.delimiter if dialect and dialect.delimiter else None


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return [name.strip() for name in row]


def _column(name: str, known: Sequence[str]) -> str | None:
    lower = name.lower()
    if lower.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return ATTRIBUTE + name[len(ATTRIBUTE) :].strip()
    return lower if lower in known else None


class _Lines:
    """The lines of a text, which keeps those read since the last look: a row may have several."""

    def __init__(self, text: str) -> None:
        self.since: list[str] = []
        self._lines = io.StringIO(text, newline="")

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.since.append(line)
            yield line
