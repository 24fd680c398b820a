"""Guesses what a file's columns hold, by what they are called. Pure.

On the page a guess is only what a menu stands on first. The command takes the exact names alone.
"""

import re
from collections.abc import Mapping, Sequence

from console.customers.folding import fold
from console.profile.csv_file import ATTRIBUTE, OF_REJECTED_FILES, CsvFile, column_named

CALLED: Mapping[str, str] = {
    "ref": "id, key, code, number, customer id, customer number, client id, kod, cislo, cislo zakaznika, "
    "id zakaznika, id klienta, kundenummer, kundennummer, kundenr, numer klienta, sifra, order number, "
    "order id, order, cislo objednavky, ordrenummer, bestellnummer, case number, case id, ticket, ticket id",
    "name": "full name, customer, customer name, client, contact, meno, meno a priezvisko, jmeno, "
    "jmeno a prijmeni, zakaznik, klient, navn, kunde, kundenavn, kundenname, nazwa, imie i nazwisko, "
    "ime, ime i prezime, nev",
    "company_ref": "company id, company number, account id, ico, ic, cvr, cvr nr, nip, firma id",
    "company": "company name, account, organisation, organization, firma, spolocnost, spolecnost, "
    "nazov firmy, virksomhed, firmanavn, unternehmen, ceg, kompanija",
    "phones": "phone, phone number, telephone, mobile, mobile phone, tel, telefon, telefonne cislo, "
    "telefonni cislo, mobil, mobilni telefon, telefonnummer, tlf, numer telefonu, telefonszam",
    "email": "mail, e mail, email address, emailova adresa, epost, adres e mail",
    "segment": "group, category, skupina, kategoria, kategorie, gruppe, klasse",
    "language": "lang, jazyk, sprog, sprache, jezyk, jezik, nyelv",
    "birthday": "birth date, date of birth, born, datum narodenia, datum narozeni, narodenie, narodeny, "
    "narodeniny, narozeni, narozeniny, "
    ""
    "fodselsdag, fodselsdato, geburtstag, geburtsdatum, data urodzenia",
    "customer_since": "since, created, registered, zakaznik od, klient od, kunde siden, kunde seit",
    "notes": "note, comment, comments, remark, remarks, poznamka, poznamky, noter, bemerkung, uwagi",
    "customer_ref": "customer, customer id, customer number, client id, client, zakaznik, id zakaznika, "
    "cislo zakaznika, klient, kunde, kundenummer, kundennummer, kundenr",
    "placed_at": "date, order date, ordered, ordered at, placed, datum, datum objednavky, objednane, dato, "
    "ordredato, bestelldatum",
    "status": "state, stav, tilstand, zustand, stan",
    "total": "amount, sum, price, suma, spolu, celkom, celkem, cena, belob, beloeb, i alt, betrag, summe, "
    "kwota",
    "currency": "mena, valuta, wahrung, waehrung, waluta",
    "promised_at": "promised, promised delivery, delivery date, due, slubene, termin dodania, termin dodani, "
    "leveringsdato, liefertermin",
    "delivered_at": "delivered, actual delivery, dorucene, dorucene dna, doruceno, dodane, leveret, "
    "geliefert",
    "items": "lines, products, goods, polozky, tovar, zbozi, varer, artikel",
    "subject": "title, about, topic, predmet, nazov, emne, betreff, temat",
    "priority": "importance, priorita, prioritet, prioritat, waga",
    "line": "level, tier, linka, uroven",
    "opened_at": "opened, created, created at, otvorene, vytvorene, zalozene, otevreno, oprettet, eroffnet",
    "due_at": "due, due date, deadline, termin, frist",
    "closed_at": "closed, resolved, uzavrete, uzavreno, lukket, geschlossen",
    "reopened": "reopens, times reopened, znovu otvorene",
    "owner": "assignee, agent, assigned to, riesitel, resitel, vlastnik, ansvarlig, bearbeiter",
}
"""Other names of the columns, folded: English, Slovak, Czech, Danish, German, and some Polish, Serbian,
Hungarian."""

_NAMES = {column: frozenset(map(str.strip, names.split(","))) for column, names in CALLED.items()}
_NO_WORD = re.compile(r"[\W_]+")


def own_column(name: str) -> str:
    """The attribute of one's own that a column of this name would be."""
    plain = name.strip()
    if plain.lower().startswith(ATTRIBUTE):
        return ATTRIBUTE + plain[len(ATTRIBUTE) :].strip()
    return ATTRIBUTE + (_words(name).replace(" ", "_") or "column")


def guess_columns(file: CsvFile, known: Sequence[str], chosen: Mapping[str, str | None]) -> list[str | None]:
    """What each column of the file holds: as `chosen` for its name, else by its name; nothing twice."""
    columns: list[str | None] = []
    exact = {column_named(name, known) for name in file.header}
    for place, name in enumerate(file.header):
        if file.is_of_rejected and place < len(OF_REJECTED_FILES):
            column = None
        else:
            column = chosen[name] if name in chosen else _guess(name, known, exact)
        columns.append(column if column not in columns else None)
    return columns


def guess_kind(file: CsvFile, kinds: Mapping[str, Sequence[str]]) -> str:
    """The kind of records of which the file has most columns."""

    def found(kind: str) -> tuple[int, int]:
        columns = guess_columns(file, kinds[kind], {})
        exact = sum(column_named(name, kinds[kind]) is not None for name in file.header)
        return exact, sum(column is not None for column in columns)

    return max(kinds, key=found)


def _guess(name: str, known: Sequence[str], exact: set[str | None]) -> str | None:
    if column := column_named(name, known):
        return column
    words = _words(name)
    free = (column for column in known if column not in exact)
    return next(
        (column for column in free if words == column.replace("_", " ") or words in _NAMES[column]), None
    )


def _words(name: str) -> str:
    return _NO_WORD.sub(" ", fold(name)).strip()
