"""What people really have: files of Excel in several languages, broken ones, and what is no CSV file at all.

For each: what is said, and what is in the database after it.
"""

from codecs import BOM_UTF16
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from console.customers.models import Customer, Purchase
from console.db.engine import Sessions
from console.errors import UsageError
from console.profile.fields import forms
from console.profile.importing import Import, Report
from console.profile.kinds import Reading

SLOVAK = """\
ref;name;phones;birthday;customer_since;attr.obrat\r
S-1;Ľubomír Šťastný;0905 123 456|mobil;21.11.1980;1. 3. 2019;1 234,50\r
S-2;Žofia Kôňová;02/5930 11 11|práca;;;12\u00a0345,00\r
""".encode("cp1250")
SLOVAK_ORDERS = """\
ref;customer_ref;placed_at;status;total;promised_at\r
O-1;S-1;21.11.2026;shipped;1 234,50;25.11.2026 14:30\r
""".encode("cp1250")
DANISH = """\
ref;name;phones;customer_since;attr.omsætning\r
D-1;Jørgen Ærø;32 12 34 56;21-11-2020;1.234,50\r
D-2;Åse Sørensen;;21.11.2020;2\r
""".encode("cp1252")
UTF_16 = "ref\tname\tphones\r\nU-1\tŠárka\t+421905000111\r\n".encode("utf-16")
FORMULAS = b'ref,name,notes\nF-1,"=HYPERLINK(""http://x"",""y"")",=1+1\nF-2,,"=cmd|\' /C calc\'!A0"\n'
BAD_ROWS = "ref,name,birthday\n" + "".join(f"B-{row},Name,not-a-date\n" for row in range(10_000))


class Files:
    """Imports files as they are."""

    def __init__(self, sessions: Sessions, folder: Path, now: datetime) -> None:
        self.sessions = sessions
        self.path = folder / "file.csv"
        self._now = now

    async def give(
        self, content: bytes, *, kind: str = "customers", locale: str = "sk", region: str = "SK"
    ) -> Report:
        self.path.write_bytes(content)
        zone = ZoneInfo("Europe/Bratislava")
        job = Import(self.path, kind, Reading(forms(locale, zone, region), "EUR"), region)
        return await job.run(self.sessions, self._now, dry_run=False)

    async def customers(self) -> dict[str, Customer]:
        async with self.sessions() as session:
            found = await session.scalars(select(Customer).options(selectinload(Customer.phones)))
            return {customer.ref: customer for customer in found}


@pytest.fixture
def files(sessions: Sessions, tmp_path: Path, now: datetime) -> Files:
    return Files(sessions, tmp_path, now)


def counts(report: Report) -> tuple[int, int, int]:
    return report.imported, report.unchanged, report.rejected


async def test_slovak_excel(files: Files) -> None:
    assert counts(await files.give(SLOVAK)) == (2, 0, 0)
    stored = await files.customers()
    first, second = stored["S-1"], stored["S-2"]
    assert (first.name, str(first.birthday), str(first.customer_since)) == (
        "Ľubomír Šťastný",
        "1980-11-21",
        "2019-03-01",
    )
    assert (first.attributes, second.attributes) == ({"obrat": 1234.5}, {"obrat": 12345.0})
    assert [phone.e164 for phone in (*first.phones, *second.phones)] == ["+421905123456", "+421259301111"]
    assert counts(await files.give(SLOVAK)) == (0, 2, 0)
    assert counts(await files.give(SLOVAK_ORDERS, kind="purchases")) == (1, 0, 0)
    async with files.sessions() as session:
        order = (await session.scalars(select(Purchase))).one()
    assert (str(order.total.normalize()), order.currency) == ("1234.5", "EUR")
    assert f"{order.placed_at} {order.promised_at}" == "2026-11-20 23:00:00+00:00 2026-11-25 13:30:00+00:00"


async def test_danish_excel(files: Files) -> None:
    assert counts(await files.give(DANISH, locale="da", region="DK")) == (2, 0, 0)
    stored = await files.customers()
    assert {each.name for each in stored.values()} == {"Jørgen Ærø", "Åse Sørensen"}
    assert {str(each.customer_since) for each in stored.values()} == {"2020-11-21"}
    assert stored["D-1"].attributes == {"omsætning": 1234.5}
    assert [phone.e164 for phone in stored["D-1"].phones] == ["+4532123456"]


@pytest.mark.parametrize("day", ["1980. 11. 21.", "1980.11.21.", "1980-11-21", "1980/11/21"])
@pytest.mark.parametrize("locale", ["hu", "sk", "en"])
async def test_hungarian_excel(files: Files, day: str, locale: str) -> None:
    rows = f"ref;name;birthday;customer_since;attr.forgalom\r\nH-1;Őszi Ödön;{day};{day} 9:30;1 234,50\r\n"
    assert counts(await files.give(rows.encode("cp1250"), locale=locale, region="HU")) == (1, 0, 0)
    stored = (await files.customers())["H-1"]
    assert (str(stored.birthday), str(stored.customer_since)) == ("1980-11-21", "1980-11-21")
    assert stored.attributes == {"forgalom": 1234.5}


async def test_utf_16_with_tabs(files: Files) -> None:
    assert counts(await files.give(UTF_16)) == (1, 0, 0)
    assert (await files.customers())["U-1"].name == "Šárka"


async def test_utf_16_without_its_mark(files: Files) -> None:
    assert counts(await files.give(UTF_16.removeprefix(BOM_UTF16))) == (1, 0, 0)
    assert (await files.customers())["U-1"].name == "Šárka"


async def test_a_column_is_missing(files: Files) -> None:
    report = await files.give(b"ref,phones\nM-1,+421905000222\n")
    assert (counts(report), report.rejections) == (
        (0, 0, 1),
        ["line 2: name: is needed for a new customer"],
    )
    with pytest.raises(UsageError, match="no column `ref` in its first line; expected are ref, name"):
        await files.give(b"name,phones\nJan,+421905000222\n")
    assert await files.customers() == {}


async def test_a_quote_left_open_costs_its_own_row_only(files: Files) -> None:
    report = await files.give(b'ref,name,notes\nQ-1,Jan,x\nQ-2,"Eva,y\nQ-3,Ota,"fine"\nQ-4,Ivan,z\n')
    assert counts(report) == (3, 0, 1)
    assert set(await files.customers()) == {"Q-1", "Q-3", "Q-4"}


async def test_a_quote_that_is_never_closed_is_mended_in_the_rejected_rows(files: Files) -> None:
    report = await files.give(b'ref,name,notes\nQ-1,Jan,x\nQ-2,Eva,"left open\nQ-3,Ota,y\nQ-4,,z\n')
    assert counts(report) == (2, 0, 2)
    assert report.rejections == [
        "line 3: opens a quote that is never closed; close it, or take it away",
        "line 5: name: is empty",
    ]
    rejected = files.path.with_name("file.csv.rejected.csv").read_text()
    mended = rejected.replace('"""left open"', "closed").replace("Q-4,,", "Q-4,Ivan,")
    assert counts(await files.give(mended.encode())) == (2, 0, 0)
    assert (await files.customers())["Q-2"].notes == "closed"


@pytest.mark.slow
async def test_a_quote_left_open_in_a_large_file_costs_its_own_row_only(files: Files) -> None:
    rows = "".join(f"Q-{row},Name,{'x' * 60}\n" for row in range(5_000))
    report = await files.give(f'ref,name,notes\nQ,Eva,"left open\n{rows}'.encode())
    assert counts(report) == (5_000, 0, 1)
    assert report.rejections[0].startswith("line 2: opens a quote that is not closed within 131,072 char")


async def test_a_file_that_names_its_delimiter_for_excel(files: Files) -> None:
    report = await files.give(b"sep=;\r\nref;name\r\nS-1;Jan\r\nS-2;\r\n")
    assert (counts(report), report.rejections) == ((1, 0, 1), ["line 4: name: is empty"])


async def test_nobody_is_born_in_the_future(files: Files) -> None:
    report = await files.give(
        b"ref,name,birthday,customer_since\nB-1,Jan,1980-11-21,2076-01-01\nB-2,Eva,2076-11-21,\n"
    )
    assert (counts(report), report.rejections) == (
        (1, 0, 1),
        ["line 3: birthday: 2076-11-21 is in the future; write the day of birth"],
    )


async def test_a_key_that_no_page_can_have_is_rejected(files: Files) -> None:
    report = await files.give(b"ref,name\n..,Jan\na/./b,Eva\n../x,Ota\n...,Ivan\na.b/c..,Ema\n")
    assert counts(report) == (2, 0, 3)
    assert "line 2: ref: has a part . or .. between its slashes" in report.rejections[0]


async def test_a_key_of_which_a_spreadsheet_lost_digits_is_rejected(files: Files) -> None:
    report = await files.give(b"ref;name\n1,23457E+11;Jan\n1.23457E+11;Eva\nE+11;Ota\n123457000000;Ema\n")
    assert counts(report) == (2, 0, 2)
    assert report.rejections[0] == (
        'line 2: ref: "1,23457E+11" lost its last digits in a spreadsheet: '
        "format the column as text there, and save the file again"
    )


async def test_a_line_without_end_is_no_csv_file(files: Files) -> None:
    with pytest.raises(UsageError, match="more than 1,000,000 characters"):
        await files.give(b"ref,name\nQ-1,Eva\nQ-2," + b"x" * 2_000_000)


async def test_slovak_excel_in_a_console_in_english(files: Files) -> None:
    assert counts(await files.give(SLOVAK, locale="en")) == (2, 0, 0)
    first = (await files.customers())["S-1"]
    assert (str(first.birthday), first.attributes) == ("1980-11-21", {"obrat": 1234.5})
    assert counts(await files.give(SLOVAK_ORDERS, kind="purchases", locale="en")) == (1, 0, 0)


@pytest.mark.slow
async def test_ten_thousand_bad_rows_and_a_good_one(files: Files) -> None:
    report = await files.give(f"{BAD_ROWS}G-1,Good,2000-01-01\n".encode())
    assert (counts(report), len(report.rejections)) == ((1, 0, 10_000), 10)
    assert set(await files.customers()) == {"G-1"}
    rejected = files.path.with_name("file.csv.rejected.csv").read_text().splitlines()
    assert len(rejected) == 10_001
    assert rejected[1].startswith('2,"birthday: ""not-a-date"" is no date; write 2026-11-21 or')


async def test_formulas_are_text(files: Files) -> None:
    report = await files.give(FORMULAS)
    assert (counts(report), report.rejections) == ((1, 0, 1), ["line 3: name: is empty"])
    stored = (await files.customers())["F-1"]
    assert (stored.name, stored.notes) == ('=HYPERLINK("http://x","y")', "=1+1")
    rejected = files.path.with_name("file.csv.rejected.csv").read_text()
    assert rejected == "line,reason,ref,name,notes\n3,name: is empty,F-2,,'=cmd|' /C calc'!A0\n"
    assert counts(await files.give(rejected.replace("F-2,,", "F-2,Eva,").encode())) == (1, 0, 0)
    assert (await files.customers())["F-2"].notes == "=cmd|' /C calc'!A0"


async def test_numbers_come_back_from_rejected_rows_as_they_were(files: Files) -> None:
    await files.give(b"ref,name,phones,attr.balance\nN-1,,+421905000333;+421905000444,-5\n")
    rejected = files.path.with_name("file.csv.rejected.csv").read_text()
    assert rejected.splitlines()[1] == "2,name: is empty,N-1,,'+421905000333;'+421905000444,'-5"
    assert counts(await files.give(rejected.replace("N-1,,", "N-1,Jan,").encode())) == (1, 0, 0)
    stored = (await files.customers())["N-1"]
    assert [phone.raw for phone in stored.phones] == ["+421905000333", "+421905000444"]
    assert stored.attributes == {"balance": -5}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; its first line must name the columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", r"is a picture \(PNG\); save it as CSV"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", r"is a picture \(JPEG\)"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", r"is a picture \(WebP\)"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", r"is a picture or film of a telephone \(HEIC, MP4\)"),
        (b"II*\x00\x08\x00\x00\x00", r"is a picture \(TIFF\)"),
        (b"PK\x03\x04\x14\x00\x06\x00", r"is a workbook \(.xlsx, .ods\) or another zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Excel \(.xls\)"),
        (bytes(range(256)) * 20, "Cannot tell how .* is encoded; save it as UTF-8"),
    ],
)
async def test_what_is_no_csv_file_changes_nothing(files: Files, content: bytes, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        await files.give(content)
    async with files.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Customer)) == 0
