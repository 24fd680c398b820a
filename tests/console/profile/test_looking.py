"""What a file is said to be before anything of it is imported."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.errors import UsageError
from console.profile.csv_file import AS_FOUND, Choices
from console.profile.fields import forms
from console.profile.import_choices import Chosen, as_stored, for_header, from_stored, headers_key
from console.profile.kinds import Reading
from console.profile.looking import SHOWN_ROWS, Look, look, open_file
from console.profile.spelling import Dates, Numbers
from console.web.formats import formats_for

ZONE = ZoneInfo("Europe/Bratislava")
ORDERS = "ref;customer_ref;placed_at;status;total;items\n"


def looked(tmp_path: Path, content: str, kind: str = "customers", choices: Choices = AS_FOUND) -> Look:
    path = tmp_path / "file.csv"
    path.write_text(content)
    file = open_file(path, "SK", choices)
    chosen = Chosen(kind, choices, tuple(file.header))
    reading = Reading(forms("en", ZONE, "SK"), "EUR")
    return look(file, chosen, reading, formats_for("sk", ZONE), {})


def test_values_are_shown_as_the_reader_writes_them(tmp_path: Path) -> None:
    row = 'O-1;C-1;21.11.2026 14:30;shipped;1 234,50;"S|Ink|ink|2|1,50;T|Pen||1|2"\n'
    seen = looked(tmp_path, ORDERS + row, "purchases")
    assert (seen.encoding, seen.delimiter, seen.numbers, seen.dates) == (
        "utf-8",
        ";",
        Numbers.SPACE_COMMA,
        Dates.DAY_FIRST,
    )
    assert seen.rows[0].problems == []
    assert seen.rows[0].texts["items"] == "2 × Ink, 1 × Pen"
    assert seen.rows[0].texts["placed_at"].startswith("21. 11. 2026")
    assert seen.rows[0].texts["total"] == "1\xa0234,5"


def test_only_the_first_rows_are_shown(tmp_path: Path) -> None:
    seen = looked(tmp_path, "ref,name,phones\n" + "C-1,Jana,0905 123 456|mobile;x\n" * 50)
    assert [shown.line for shown in seen.rows] == [*range(2, 2 + SHOWN_ROWS)]
    assert seen.rows[0].texts["phones"] == "+421905123456 mobile, x"
    assert seen.columns[1].samples == ["Jana"] * SHOWN_ROWS
    assert seen.problem is None


def test_a_row_that_is_broken_is_shown_with_its_problem(tmp_path: Path) -> None:
    [first, second] = looked(tmp_path, "ref,name\nC-1\nC-2,Jana\n").rows
    assert (first.texts, first.problems) == ({}, ["has 1 cells where the first line names 2 columns"])
    assert second.texts["name"] == "Jana"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [((None, "name"), "No column holds the key"), (("ref", "ref"), "Two columns hold Key in your system")],
)
def test_columns_that_cannot_be(tmp_path: Path, columns: tuple[str | None, ...], sentence: str) -> None:
    seen = looked(tmp_path, "a,b\n1,2\n", choices=Choices(columns=columns))
    assert seen.problem
    assert seen.problem.startswith(sentence)


def test_a_choice_is_stored_and_read_again() -> None:
    choices = Choices("cp1250", ";", Numbers.POINT_COMMA, Dates.MONTH_FIRST, ("ref", None))
    chosen = Chosen("cases", choices, ("a", "b"))
    assert from_stored("cases", as_stored(chosen)) == chosen
    assert chosen.by_name == {"a": "ref", "b": None}
    assert for_header(chosen, ["a", "b"]) == chosen
    assert for_header(chosen, ["b", "a"]).choices.columns is None
    assert headers_key(["a", "b"]) == headers_key(["b", "a"]) != headers_key(["a", "b", "b"])


def test_what_is_no_file_of_records(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is empty"):
        looked(tmp_path, "")
