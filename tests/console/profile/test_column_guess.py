"""What columns are taken for by what they are called."""

from pathlib import Path

import pytest

from console.customers.folding import fold
from console.profile.column_guess import CALLED, guess_columns, guess_kind, own_column
from console.profile.csv_file import OF_REJECTED_FILES, CsvFile
from console.profile.kinds import KINDS

COLUMNS = {kind: KINDS[kind].columns for kind in KINDS}


def file(*header: str) -> CsvFile:
    return CsvFile(Path("file.csv"), "utf-8", ",", list(header), [None] * len(header), [])


def guessed(kind: str, *header: str) -> list[str | None]:
    return guess_columns(file(*header), COLUMNS[kind], {})


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["ref", "name", "attr.employees"], ["ref", "name", "attr.employees"]),
        (["REF", "Company Ref", "customer-since"], ["ref", "company_ref", "customer_since"]),
        (["Číslo zákazníka", "Meno a priezvisko", "Telefónne číslo"], ["ref", "name", "phones"]),
        (["Číslo", "Jméno", "Mobil", "Narozeniny"], ["ref", "name", "phones", "birthday"]),
        (["Kundenr.", "Navn", "Tlf.", "Fødselsdag"], ["ref", "name", "phones", "birthday"]),
        (["Kundennummer", "Kundenname", "E-Mail-Adresse"], ["ref", "name", None]),
        (["colour", "", "Name"], [None, None, "name"]),
    ],
)
def test_customers(header: list[str], columns: list[str | None]) -> None:
    assert guessed("customers", *header) == columns


def test_orders_and_cases() -> None:
    header = ("Číslo objednávky", "Zákazník", "Dátum", "Stav", "Suma")
    assert guessed("purchases", *header) == ["ref", "customer_ref", "placed_at", "status", "total"]
    header = ("Ticket", "Customer", "Subject", "Due", "Assignee")
    assert guessed("cases", *header) == ["ref", "customer_ref", "subject", "due_at", "owner"]


def test_nothing_is_guessed_twice_and_exact_names_win() -> None:
    assert guessed("customers", "Meno", "Jméno", "phone", "phones") == ["name", None, None, "phones"]


def test_what_was_chosen_before_counts_more_than_the_name() -> None:
    before = {"name": None, "Firma": "name"}
    assert guess_columns(file("name", "Firma", "Mobil"), COLUMNS["customers"], before) == [
        None,
        "name",
        "phones",
    ]


def test_line_and_reason_of_rejected_rows_are_left_out() -> None:
    header = [*OF_REJECTED_FILES, "ref", "line"]
    assert guessed("cases", *header) == [None, None, "ref", "line"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (["ref", "name", "phones"], "customers"),
        (["ref", "customer_ref", "placed_at", "total"], "purchases"),
        (["ref", "customer_ref", "subject", "status"], "cases"),
        (["Číslo objednávky", "Zákazník", "Dátum", "Suma"], "purchases"),
        (["a", "b"], "customers"),
    ],
)
def test_kinds(header: list[str], kind: str) -> None:
    assert guess_kind(file(*header), COLUMNS) == kind


def test_names_of_ones_own_can_be_asked_for_in_scripts() -> None:
    names = ["Počet zamestnancov", "attr.Employees", "Obrat (EUR)", "—"]
    assert [*map(own_column, names)] == [
        "attr.pocet_zamestnancov",
        "attr.Employees",
        "attr.obrat_eur",
        "attr.column",
    ]


def test_the_names_are_written_as_they_are_compared() -> None:
    every = {name.strip() for names in CALLED.values() for name in names.split(",")}
    assert every == {" ".join(fold(name).split()) for name in every}
    assert set(CALLED) == {column for columns in COLUMNS.values() for column in columns}
