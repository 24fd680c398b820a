"""Files of any usual making: encodings, delimiters, quoted newlines, broken rows."""

from io import BytesIO
from pathlib import Path

import pytest

from console.errors import UsageError
from console.profile.csv_file import CsvFile, Row, read_csv
from console.profile.encoding import code_page, find_encoding

KNOWN = ("ref", "name", "phones", "notes", "line")


def read(tmp_path: Path, content: str | bytes, region: str = "SK") -> CsvFile:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_csv(path, KNOWN, region)


def rows(file: CsvFile) -> list[Row]:
    with file.path.open("rb") as source:
        return list(file.rows(source))


def cells(file: CsvFile) -> list[dict[str, str]]:
    return [row.cells for row in rows(file)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
@pytest.mark.parametrize("name", ["Ľubomíra Ťažká", "Žofia", "Šťastný Ďuro", "Müller"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    file = read(tmp_path, f"ref,name\nC1,{name}\n".encode(encoding))
    assert cells(file) == [{"ref": "C1", "name": name}]


@pytest.mark.parametrize(
    ("region", "encoding", "text"),
    [
        ("DE", "cp1252", "C1;Jürgen Größe\nC2;Weiß\n"),
        ("FR", "cp1252", "C1;Hélène Forêt\nC2;Curaçao\n"),
        ("BG", "cp1251", "C1;Иван Петров\nC2;Мария Димитрова\n"),
        ("GR", "cp1253", "C1;Γιώργος Παπαδόπουλος\n"),
        ("CZ", "cp1250", "C1;Jiří Dvořák\n"),
        ("HU", "cp1250", "C1;Szabó Győző\n"),
    ],
)
def test_a_country_has_its_code_page(region: str, encoding: str, text: str) -> None:
    assert find_encoding(BytesIO(text.encode(encoding)), region) == encoding


def test_a_few_letters_are_none_of_another_alphabet_where_the_own_one_reads_them() -> None:
    few = "ref,name\nM1,Šť\n".encode() + "M2,Šťž\n".encode("cp1250")
    assert find_encoding(BytesIO(few), "SK") == "cp1250"
    cyrillic = "C1;Иван Петров\nC2;Мария Димитрова\n".encode("cp1251")
    assert find_encoding(BytesIO(cyrillic), "SK") == "cp1251"


def test_code_pages() -> None:
    assert [code_page(region) for region in ("SK", "US", "UA", "LT", "AQ")] == [
        "cp1250",
        "cp1252",
        "cp1251",
        "cp1257",
        "cp1252",
    ]


MANY = "".join(f"C{row},Šťastný\n" for row in range(300)).encode()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("region", ["SK", "DK"])
def test_a_broken_byte_in_utf_8_is_told_by_its_line(tmp_path: Path, mark: bytes, region: str) -> None:
    content = mark + b"ref,name\n" + MANY + b"D1,\x8aNov\xc3\xa1\n" + MANY
    with pytest.raises(UsageError, match="is UTF-8, but line 302 is not"):
        read(tmp_path, content, region)


def test_a_broken_byte_behind_a_byte_order_mark_is_told_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is UTF-8, but line 2 is not"):
        read(tmp_path, b"\xef\xbb\xbfref,name\nC1,\x8a\n")


def test_lines_that_happen_to_be_utf_8_make_no_file_of_it(tmp_path: Path) -> None:
    cells_in_cp1250 = "".join(f"C{row},Šťastný\n" for row in range(300)).encode("cp1250")
    assert read(tmp_path, b"ref,name\n" + "D1,Žofia\n".encode() + cells_in_cp1250).encoding == "cp1250"


def test_what_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="encoded"):
        read(tmp_path, b"\xff\xfe\x00")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    quoted = '"0905 123 456|mobile;0905 123 457|home|shared"'
    lines = [["ref", "name", "phones"], ["C1", '"Nová, Jana; Ing. | PhD."', quoted]]
    file = read(tmp_path, "\r\n".join(delimiter.join(line) for line in lines))
    assert file.delimiter == delimiter
    assert cells(file) == [{"ref": "C1", "name": "Nová, Jana; Ing. | PhD.", "phones": quoted.strip('"')}]


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n", "\ufeffSep=;\r", '"sep=;"\r\n'])
def test_a_first_line_for_excel_names_the_delimiter_and_is_no_row(tmp_path: Path, first: str) -> None:
    file = read(tmp_path, f'{first}ref;name\r\nC1;"a\r\nb"\r\nC2;c,d|e\r\n')
    assert file.header == ["ref", "name"]
    assert [(row.line, row.cells["ref"]) for row in rows(file)] == [(3, "C1"), (5, "C2")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_excel_names_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    others = "".join({",", ";", "\t", "|"} - {delimiter})
    file = read(tmp_path, f"sep={delimiter}\nref{delimiter}x{others}y\nC1{delimiter}\n")
    assert (file.delimiter, file.header) == (delimiter, ["ref", f"x{others}y".strip()])


def test_an_unusual_delimiter(tmp_path: Path) -> None:
    file = read(tmp_path, "ref^name\nC1^Jana\nC2^Peter\nC3^Eva\n")
    assert cells(file)[0] == {"ref": "C1", "name": "Jana"}


def test_a_single_column(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "ref\nC1\n")) == [{"ref": "C1"}]


def test_columns(tmp_path: Path) -> None:
    file = read(tmp_path, " Ref ,colour,NAME,attr.Size,Attr.tier,\nC1,red,Jana,5,gold,\n")
    assert file.unknown == ["colour"]
    assert cells(file) == [{"ref": "C1", "name": "Jana", "attr.Size": "5", "attr.tier": "gold"}]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("sep=;\n", "is empty"),
        ("sep=!\nref!name\n", "no column `ref`"),
        ("name,phones\nJana,1\n", "no column `ref`"),
        ("C1;Jana\n", "no column `ref`"),
        ("ref,name,Name\nC1,a,b\n", "`name` twice"),
    ],
)
def test_files_that_cannot_be_imported(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_csv(tmp_path / "none.csv", KNOWN, "SK")


def test_a_row_has_the_line_where_it_starts(tmp_path: Path) -> None:
    file = read(tmp_path, 'ref,notes\r\nC1,"two\r\nlines"\r\n\r\n,\r\nC2,one\r\nC3,"a\n\nb"\r\nC4,\r\n')
    assert [(row.line, row.cells["ref"]) for row in rows(file)] == [
        (2, "C1"),
        (6, "C2"),
        (7, "C3"),
        (10, "C4"),
    ]
    assert rows(file)[0].cells["notes"] == "two\r\nlines"


def test_broken_rows_do_not_hurt_the_others(tmp_path: Path) -> None:
    file = read(tmp_path, 'ref,name\nC1\nC2,"a"b\nC3,c,d\nC4,d,,\nC5,e\0\nC6,"open\nC7,g\n')
    found = [(row.line, row.cells.get("ref"), row.problem) for row in rows(file)]
    assert [(line, ref) for line, ref, _ in found] == [
        (2, None),
        (3, None),
        (4, None),
        (5, "C4"),
        (6, None),
        (7, None),
        (8, "C7"),
    ]
    problems = [problem or "" for _, _, problem in found]
    assert "1 cells" in problems[0]
    assert "CSV" in problems[1]
    assert "3 cells" in problems[2]
    assert "NUL" in problems[4]
    assert "opens a quote that is never closed" in problems[5]


def test_an_unreadable_row_is_kept_cell_by_cell(tmp_path: Path) -> None:
    [row] = rows(read(tmp_path, 'ref,name,notes\r\nC1,"Jana,new\r\n'))
    assert row.raw == ["C1", '"Jana', "new"]


def test_lines_are_counted_behind_a_quote_left_open(tmp_path: Path) -> None:
    file = read(tmp_path, 'ref,notes\nC1,"a\nC2,"b\nb"\nC3,"c"c\nC4,"d\n\n\nd"\nC5,"e\nC6,f\n')
    found = [(row.line, row.problem is None, row.raw[0]) for row in rows(file)]
    assert found == [
        (2, False, "C1"),
        (3, True, "C2"),
        (5, False, "C3"),
        (6, True, "C4"),
        (10, False, "C5"),
        (11, True, "C6"),
    ]


def test_a_file_of_rejected_rows_is_read_as_it_is(tmp_path: Path) -> None:
    file = read(tmp_path, "line,reason,ref,name,line\n7,name: is empty,C1,Jana,2\n")
    assert cells(file) == [{"ref": "C1", "name": "Jana", "line": "2"}]
    assert file.unknown == []
