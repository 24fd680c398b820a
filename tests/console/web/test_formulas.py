"""Nothing that we write runs in a spreadsheet, and all of it can be read again."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.formulas import disarm, restore

CELLS = st.text(st.sampled_from("=+-@'\t\r\n,;|ax ＝1\"")) | st.text()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("", ""),
        ("Jana", "Jana"),
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+421905123456", "'+421905123456"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("1=1", "1=1"),
        ("a;=1+1;b", "a;'=1+1;b"),
    ],
)
def test_formulas_become_text(cell: str, written: str) -> None:
    assert disarm(cell) == written
    assert restore(written) == cell


@given(CELLS)
def test_every_cell_comes_back(cell: str) -> None:
    assert restore(disarm(cell)) == cell


@given(CELLS, st.sampled_from(",;\t|"))
def test_no_cell_is_a_formula_however_the_line_is_split(cell: str, delimiter: str) -> None:
    for split in csv.reader(StringIO(disarm(cell), newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE):
        assert not any(each.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for each in split)
