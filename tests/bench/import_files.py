"""The files of the import's bench: customers with numbers, purchases with items, cases."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from console.demo.goods import EVERYTHING
from console.profile.kinds import KINDS
from tests.bench.records import name_of, number_of

PURCHASES_EACH = 3
SECOND_NUMBER_OF_TEN = 3
Rows = Iterator[tuple[object, ...]]


def write_files(folder: Path, customers: int) -> dict[str, int]:
    """Write `customers.csv`, `purchases.csv` and `cases.csv`; how many rows each has."""
    makers: dict[str, Callable[[int], Rows]] = {
        "customers": _customers,
        "purchases": _purchases,
        "cases": _cases,
    }
    return {kind: _write(folder / f"{kind}.csv", kind, make(customers)) for kind, make in makers.items()}


def _write(path: Path, kind: str, rows: Rows) -> int:
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(KINDS[kind].columns)
        for row in rows:
            writer.writerow(row)
            number += 1
    return number


def _customers(number: int) -> Rows:
    for index in range(1, number + 1):
        phones = f"{_national(index)}|mobile"
        if index % 10 < SECOND_NUMBER_OF_TEN:
            phones += f";+4212{index // 40:08}|office|shared"
        yield (
            *(f"C-{index}", name_of(index), f"A-{index // 10}", f"Company {index // 10} s.r.o.", phones),
            *(f"customer{index}@example.com", ("standard", "business", "vip")[index % 3], "sk"),
            *(_day(1960 + index % 40, index), _day(2015 + index % 10, index + 5), ""),
        )


def _purchases(number: int) -> Rows:
    for index in range(1, number + 1):
        for order in range(PURCHASES_EACH):
            good = EVERYTHING[(index + order * 5) % len(EVERYTHING)]
            placed, promised = _day(2026, index + order), _day(2026, index + order + 4)
            yield (
                *(f"O-{index}-{order}", f"C-{index}", f"{placed}T{index % 24:02}:{index % 60:02}"),
                *("delivered", f"{good.price:.2f}", "EUR", promised, promised),
                f"{good.sku}|{good.name}|{good.category}|1|{good.price:.2f}",
            )


def _cases(number: int) -> Rows:
    for index in range(1, number // 2 + 1):
        opened = f"{_day(2026, index)}T{index % 24:02}:{index % 60:02}"
        yield (
            *(f"T-{index}", f"C-{index * 2}", "Chair arrived damaged", "open", "high", 1 + index % 2),
            *(opened, _day(2026, index + 5), "", 0, "ana@example.com"),
        )


def _national(customer: int) -> str:
    return "0" + number_of(customer).removeprefix("+421")


def _day(year: int, index: int) -> str:
    return f"{year}-{1 + index % 12:02}-{1 + index % 28:02}"
