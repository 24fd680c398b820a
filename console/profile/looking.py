"""Looks at a file before anything of it is imported: what it tells of itself, how its first rows are read.

Reads from disk: not for the event loop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from console.errors import UsageError
from console.profile.column_guess import guess_columns, own_column
from console.profile.csv_file import OF_REJECTED_FILES, Choices, CsvFile, Row, look_at
from console.profile.encoding import is_certain
from console.profile.fields import spelled
from console.profile.import_choices import COLUMN_LABELS, ENCODINGS, MOST_COLUMNS, Chosen
from console.profile.importing import find_spelling
from console.profile.kinds import KINDS, Cells, Reading
from console.profile.record_texts import texts_of
from console.profile.spelling import Dates, Numbers
from console.web.formats import Formats
from console.web.i18n import gettext as _

SHOWN_ROWS = 5
SHOWN_CELL = 60
ALL_COLUMNS = tuple(dict.fromkeys(column for kind in KINDS.values() for column in kind.columns))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: what it is called, what its first cells say, what it holds (None: it is left
    out), and what it could be besides the known ones."""

    name: str
    samples: Sequence[str]
    holds: str | None
    own: str
    is_ours: bool  # the line or reason of a file of rejected rows


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it would be read: a text for each column that is not left out, and what is wrong."""

    line: int
    texts: Mapping[str, str]
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file tells, read as `chosen`."""

    chosen: Chosen
    encoding: str
    delimiter: str
    numbers: Numbers | None
    dates: Dates | None
    columns: Sequence[Column]
    rows: Sequence[ShownRow]
    problem: str | None

    @property
    def used(self) -> list[str]:
        """The columns that are not left out."""
        return [column.holds for column in self.columns if column.holds]


def open_file(path: Path, region: str, choices: Choices) -> CsvFile:
    """The file by its header, whatever its columns hold. Raises UsageError when it cannot be read so."""
    file = look_at(path, ALL_COLUMNS, region, replace(choices, columns=None))
    if len(file.header) > MOST_COLUMNS:
        sentence = _(
            "%(path)s has %(number)s columns; here it may have %(most)s: import it by the command "
            "`lineside import`.",
            path=path,
            number=len(file.header),
            most=MOST_COLUMNS,
        )
        raise UsageError(sentence)
    return file


def headers_of(file: CsvFile) -> dict[str, list[str]]:
    """The names of the columns in each encoding that the file may have: a code page is only guessed."""
    pages = [] if is_certain(file.encoding) else [page for page in ENCODINGS if not is_certain(page)]
    headers = {page: file.header_in(page) for page in pages}
    return {page: header for page, header in headers.items() if header} | {file.encoding: file.header}


def look(
    file: CsvFile, chosen: Chosen, reading: Reading, formats: Formats, before: Mapping[str, str | None]
) -> Look:
    """What the file tells when it is read as chosen. Columns of which nothing is chosen yet hold what they
    held `before`, by their names, else what these sound like."""
    known = KINDS[chosen.kind].columns
    columns = chosen.choices.columns or tuple(guess_columns(file, known, before))
    file = replace(file, columns=list(columns))
    choices = replace(chosen.choices, columns=columns)
    numbers, dates = find_spelling(file, choices, reading.forms)
    rows = _first_rows(file)
    of_file = reading.of_file(spelled(reading.forms, numbers, dates), {})
    return Look(
        chosen=replace(chosen, choices=choices, header=tuple(file.header)),
        encoding=file.encoding,
        delimiter=file.delimiter,
        numbers=numbers,
        dates=dates,
        columns=[_column(file, place, rows) for place in range(len(file.header))],
        rows=[_shown(row, chosen.kind, of_file, formats) for row in rows],
        problem=_problem(columns),
    )


def _first_rows(file: CsvFile) -> list[Row]:
    with file.path.open("rb") as source:
        return list(islice(file.rows(source), SHOWN_ROWS))


def _column(file: CsvFile, place: int, rows: Sequence[Row]) -> Column:
    samples = [row.raw[place].strip() for row in rows if place < len(row.raw)]
    name = file.header[place]
    return Column(
        name=name,
        samples=[sample[:SHOWN_CELL] for sample in samples if sample],
        holds=file.columns[place],
        own=own_column(name),
        is_ours=file.is_of_rejected and place < len(OF_REJECTED_FILES),
    )


def _shown(row: Row, kind: str, reading: Reading, formats: Formats) -> ShownRow:
    if row.problem:
        return ShownRow(row.line, {}, [row.problem])
    cells = Cells(row.cells)
    texts = texts_of(KINDS[kind].record(reading, cells), formats)
    return ShownRow(row.line, texts, [str(problem) for problem in cells.problems])


def _problem(columns: Sequence[str | None]) -> str | None:
    held = [column for column in columns if column]
    if "ref" not in held:
        return _(
            "No column holds the key yet: choose the one by which your system tells its records apart, such "
            "as a customer number or an order number."
        )
    twice = next((column for column in held if held.count(column) > 1), None)
    if twice:
        label = _(COLUMN_LABELS[twice]) if twice in COLUMN_LABELS else twice
        return _("Two columns hold %(label)s: choose it for one of them.", label=label)
    return None
