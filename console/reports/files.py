"""The table of a report as a file: CSV for programs, XLSX for spreadsheets. Exactly what is shown. Pure.

Names of queues, agents and scripts are not trusted: what a spreadsheet would take for a formula stays text.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from console.figures.catalogue import Value
from console.reports.columns import Column, Kind
from console.reports.table import Line, Table, number_of
from console.web.formulas import disarm
from console.web.i18n import gettext as _

CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNITS = {Kind.SECONDS: "s", Kind.HOURS: "s", Kind.LONG: "s", Kind.MILLISECONDS: "ms"}
NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SECONDS: "[m]:ss",
    Kind.HOURS: "[h]:mm:ss",
    Kind.LONG: "[h]:mm:ss",
    Kind.SHARE: "0.0%",
    Kind.MILLISECONDS: '#,##0" ms"',
    Kind.RATING: "0.00",
    Kind.DECIMAL: "#,##0.0",
}
TIMES = frozenset({Kind.SECONDS, Kind.HOURS, Kind.LONG})
A_DAY_S = timedelta(days=1).total_seconds()
"""A spreadsheet counts time in days."""


def write_csv(table: Table, heading: str) -> str:
    """Shares are numbers from 0 to 1, times are seconds; nothing where nothing can be said."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([heading, *(_heading(column) for column in table.columns)])
    for line in _lines(table):
        writer.writerow([disarm(line.label), *map(_cell, line.values)])
    return f"\ufeff{out.getvalue()}"


def write_xlsx(table: Table, heading: str, title: str) -> bytes:
    """The same with times and shares as spreadsheets have them, and how each figure is computed on a second
    sheet."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Report"))
        sheet.write_string(0, 0, title)
        sheet.write_string(2, 0, heading, bold)
        sheet.set_column(0, 0, 28)
        sheet.freeze_panes(3, 1)
        for at, column in enumerate(table.columns, 1):
            sheet.write_string(2, at, _(column.label), bold)
            sheet.set_column(at, at, 13, book.add_format({"num_format": NUMBER_FORMATS[column.kind]}))
        for row, line in enumerate(_lines(table), 3):
            sheet.write_string(row, 0, line.label)
            for at, (column, value) in enumerate(zip(table.columns, line.values, strict=True), 1):
                number = number_of(value)
                if number is not None:
                    sheet.write_number(row, at, number / A_DAY_S if column.kind in TIMES else number)
        _explain(book, table.columns)
    return out.getvalue()


def _explain(book: Workbook, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(_("How it is computed"))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for row, column in enumerate(columns):
        sheet.write_string(row, 0, _(column.label))
        sheet.write_string(row, 1, _(column.text))


def _lines(table: Table) -> Iterator[Line]:
    yield from table.lines
    yield table.total


def _heading(column: Column) -> str:
    unit = UNITS.get(column.kind)
    return f"{_(column.label)} ({unit})" if unit else _(column.label)


def _cell(value: Value) -> str:
    number = number_of(value)
    return (
        "" if number is None else f"{number:.4f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"
    )
