"""The files of a report say exactly what the page shows, and nothing in them is run by a spreadsheet."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from console.figures.intervals import today
from console.figures.shares import Share
from console.reports.choice import By, Choice, Show
from console.reports.counts import Counts
from console.reports.files import write_csv, write_xlsx
from console.reports.reading import Report
from console.reports.table import Table, table

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
EVIL = '=HYPERLINK("http://evil.example","sales")'
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def shown() -> Table:
    report = Report()
    report.rows["evil"] = Counts(offers=Share(1, 3))
    report.rows["evil"].ratings.update([5, 4])
    report.rows["quiet"] = Counts()
    choice = Choice(today(NOON, ZoneInfo("Europe/Bratislava")), By.QUEUE, show=Show.RESULTS)
    return table(report, choice, {"evil": EVIL, "quiet": "Quiet"}, "All together")


def test_a_row_for_each_line_and_one_for_all(shown: Table) -> None:
    rows = list(csv.reader(StringIO(write_csv(shown, "Queue").removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["Queue", f"'{EVIL}", "Quiet", "All together"]
    place = rows[0].index("Offers taken")
    assert [row[place] for row in rows[1:]] == ["0.3333", "", "0.3333"]
    assert rows[1][rows[0].index("Satisfaction")] == "4.5"
    assert rows[2][rows[0].index("Rated")] == "0"
    assert "Median pop (ms)" in rows[0]


def test_the_spreadsheet_has_numbers_and_no_formula(shown: Table) -> None:
    with ZipFile(BytesIO(write_xlsx(shown, "Queue", "Nov 23, 2026"))) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - we have just written it
        texts = book.read("xl/sharedStrings.xml").decode()
        second = book.read("xl/worksheets/sheet2.xml").decode()
    assert not list(sheet.iter(f"{CELL}f"))
    assert "=HYPERLINK(" in texts
    assert "accepted ÷ offers that were answered" in texts
    assert "<f>" not in second
    rows = list(sheet.iter(f"{CELL}row"))
    assert len(rows) == 5  # what it is, the heads, two lines, and all together
    numbers = [cell.find(f"{CELL}v").text for cell in rows[2] if cell.get("t") is None]  # type: ignore[union-attr]
    assert "4.5" in numbers
    assert any(number and number.startswith("0.333") for number in numbers)
