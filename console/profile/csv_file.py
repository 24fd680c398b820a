"""Reads a CSV file of any usual making: finds out encoding and delimiter, keeps the line of each row."""

import csv
import io
import re
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from console.errors import UsageError
from console.profile.encoding import BrokenUtf8Error, find_encoding, no_text, reads
from console.profile.spelling import Dates, Numbers
from console.web.formulas import restore

DELIMITERS = (",", ";", "\t", "|")
ATTRIBUTE = "attr."
SNIFFED = 10_000
"""So many characters tell an unusual delimiter."""

HEAD = 64 * 1024
"""So many characters hold the line that names the columns."""

LONGEST_LINE = 1_000_000
"""Characters of a line. Longer ones are no CSV file, and would not fit into memory."""

_FOR_EXCEL = re.compile(rf'"?sep=([{"".join(map(re.escape, DELIMITERS))}])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""A first line by which Excel is told the delimiter."""

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
    what is unknown (`unknown` has its names). `skipped` lines stand before the header. The rows are read from
    disk, never all at once."""

    path: Path
    encoding: str
    delimiter: str
    header: list[str]
    columns: list[str | None]
    unknown: list[str]
    skipped: int = 0

    @property
    def is_of_rejected(self) -> bool:
        """Whether this is a file of rejected rows."""
        return _is_of_rejected(self.header)

    def header_in(self, encoding: str) -> list[str] | None:
        """The names of the columns if the file were encoded so; None when they cannot be."""
        try:
            _, head = _head(self.path, encoding)
        except UnicodeError:
            return None
        return _first_row(head, self.delimiter)

    def problem(self, known: Sequence[str]) -> str | None:
        """What is wrong with the columns."""
        named = [column for column in self.columns if column is not None]
        if "ref" not in named:
            return f"has no column `ref` in its first line; expected are {', '.join(known)}."
        twice = sorted({column for column in named if named.count(column) > 1})
        return f"names the column `{twice[0]}` twice in its first line." if twice else None

    def rows(self, source: BinaryIO) -> Generator[Row]:
        """All rows that hold anything, in order, of the file opened as `source`."""
        source.seek(0)
        text = TextIOWrapper(source, encoding=self.encoding, newline="")
        try:
            yield from self._rows(_Lines(text, self.path))
        finally:
            text.detach()

    def _rows(self, lines: "_Lines") -> Iterator[Row]:
        list(islice(lines, self.skipped))
        reader = self._reader(lines)
        next(reader)
        of_rejected = self.is_of_rejected
        places = [(column, place) for place, column in enumerate(self.columns) if column is not None]
        while True:
            start = lines.taken + 1
            lines.since.clear()
            try:
                raw = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raw = lines.since[0].rstrip("\r\n").split(self.delimiter)
                yield Row(start, list(map(restore, raw)) if of_rejected else raw, {}, _unreadable(error))
                lines.give_back()
                reader = self._reader(lines)
                continue
            if any(raw) and any(map(str.strip, raw)):
                yield self._row(start, list(map(restore, raw)) if of_rejected else raw, places)

    def _reader(self, lines: "_Lines") -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, strict=True)

    def _row(self, line: int, raw: list[str], places: list[tuple[str, int]]) -> Row:
        expected = len(self.columns)
        if len(raw) != expected:
            if len(raw) < expected or any(raw[expected:]):
                problem = f"has {len(raw)} cells where the first line names {expected} columns"
                return Row(line, raw, {}, problem)
            del raw[expected:]
        if "\0" in "".join(raw):
            return Row(line, raw, {}, "holds a NUL character")
        return Row(line, raw, {column: raw[place].strip() for column, place in places})


def _unreadable(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "opens a quote that is never closed; close it, or take it away"
    if "field limit" in str(error):
        most = f"{csv.field_size_limit():,}"
        return f"opens a quote that is not closed within {most} characters; close it, or take it away"
    return f"is not readable as CSV: {error}"


@dataclass(frozen=True, slots=True)
class Choices:
    """How somebody wants a file to be read; None leaves it to what the file tells. `columns` are as those of
    CsvFile."""

    encoding: str | None = None
    delimiter: str | None = None
    numbers: Numbers | None = None
    dates: Dates | None = None
    columns: tuple[str | None, ...] | None = None


AS_FOUND = Choices()


def read_csv(path: Path, known: Sequence[str], region: str, choices: Choices = AS_FOUND) -> CsvFile:
    """The file, with its columns understood. Raises UsageError with one sentence when that cannot be done."""
    file = look_at(path, known, region, choices)
    if problem := file.problem(known):
        raise UsageError(f"{path} {problem}")
    return file


def look_at(path: Path, known: Sequence[str], region: str, choices: Choices = AS_FOUND) -> CsvFile:
    """The file, though its columns may lack something. Raises UsageError when it cannot be read at all."""
    encoding = _encoding(path, region, choices.encoding)
    named, head = _head(path, encoding)
    if delimiter := choices.delimiter or named:
        header = _first_row(head, delimiter)
    else:
        delimiter, header = _header(head, known)
    columns = [column_named(name, known) for name in header]
    if _is_of_rejected(header) and "ref" in columns[2:]:
        columns[:2] = [None, None]
    names = zip(header, columns, strict=True)
    unknown = [name for name, column in names if column is None and name not in {"", *OF_REJECTED_FILES}]
    if choices.columns is not None and len(choices.columns) == len(header):
        columns = list(choices.columns)
    return CsvFile(path, encoding, delimiter, header, columns, unknown, skipped=1 if named else 0)


def _is_of_rejected(header: list[str]) -> bool:
    return header[:2] == OF_REJECTED_FILES


def _encoding(path: Path, region: str, chosen: str | None) -> str:
    try:
        with path.open("rb") as file:
            kind = no_text(file.read(SNIFFED))
            if kind:
                encoding = None
            elif chosen:
                encoding = chosen if reads(file, chosen) else None
            else:
                encoding = find_encoding(file, region)
    except BrokenUtf8Error as error:
        sentence = f"{path} is UTF-8, but line {error.line} is not: mend that line, and save it as UTF-8."
        raise UsageError(sentence) from error
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}.") from error
    if kind:
        raise UsageError(f"{path} is {kind}; save it as CSV in the program that made it.")
    if encoding is None and chosen:
        raise UsageError(f"{path} cannot be read as {chosen}; choose another encoding.")
    if encoding is None:
        raise UsageError(f"Cannot tell how {path} is encoded; save it as UTF-8.")
    return encoding


def _head(path: Path, encoding: str) -> tuple[str | None, str]:
    """The delimiter that the file names for Excel, and what follows, which begins with the header."""
    with path.open(encoding=encoding, newline="") as file:
        head = file.read(HEAD)
    for_excel = _FOR_EXCEL.match(head)
    head = head[for_excel.end() :] if for_excel else head
    if not head.strip():
        raise UsageError(f"{path} is empty; its first line must name the columns.")
    return for_excel and for_excel[1], head


def _header(text: str, known: Sequence[str]) -> tuple[str, list[str]]:
    """The delimiter with which the first line names most columns that are known, and that line."""
    headers = {delimiter: _first_row(text, delimiter) for delimiter in DELIMITERS}
    score = {
        delimiter: sum(column_named(name, known) is not None for name in header)
        for delimiter, header in headers.items()
    }
    best = max(DELIMITERS, key=lambda delimiter: score[delimiter])
    if "ref" in [column_named(name, known) for name in headers[best]]:
        return best, headers[best]
    best = max(DELIMITERS, key=lambda delimiter: (score[delimiter], len(headers[delimiter])))
    if len(headers[best]) > 1:
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
    return [restore(name).strip() if _is_of_rejected(row) else name.strip() for name in row]


def column_named(name: str, known: Sequence[str]) -> str | None:
    """The column that a header's name says exactly: a known one, or `attr.NAME`."""
    lower = name.lower()
    if lower.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return ATTRIBUTE + name[len(ATTRIBUTE) :].strip()
    return lower if lower in known else None


class _Lines:
    """The lines of a file. `since` holds those read since the last look: a row may have several. `taken`
    counts all that were read."""

    def __init__(self, text: TextIO, path: Path) -> None:
        self.since: list[str] = []
        self.taken = 0
        self._again: deque[str] = deque()
        self._text = text
        self._path = path

    def __iter__(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else self._read():
            self.since.append(line)
            self.taken += 1
            yield line

    def give_back(self) -> None:
        """Have all but the first line since the last look read again, as rows of their own: a quote left open
        takes all that follows for its text."""
        again = self.since[1:]
        self.taken -= len(again)
        self._again.extendleft(reversed(again))

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise UsageError(
                f"{self._path} has a line of more than {LONGEST_LINE:,} characters: that is no CSV file."
            )
        return line
