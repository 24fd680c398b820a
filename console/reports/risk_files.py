"""The list of customers at risk as a file: CSV for programs, XLSX for spreadsheets. Pure. What a spreadsheet
would take for a formula stays text."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from console.reports.risk_reading import AtRisk
from console.web.formulas import disarm
from console.web.i18n import N_
from console.web.i18n import gettext as _

Titles = Mapping[str, str]
"""The titles of rules by their keys."""

Cell = str | datetime | None

COLUMNS: Sequence[tuple[str, Callable[[AtRisk, Titles], Cell]]] = (
    (N_("Customer"), lambda each, _titles: each.name),
    (N_("Key"), lambda each, _titles: each.ref),
    (N_("Company"), lambda each, _titles: each.company),
    (N_("Segment"), lambda each, _titles: each.segment),
    (N_("At risk since"), lambda each, _titles: each.since),
    (N_("Rules"), lambda each, titles: "; ".join(titles.get(by.rule, by.rule) for by in each.rules)),
    (
        N_("Why"),
        lambda each, _titles: "; ".join(dict.fromkeys(reason.text for by in each.rules for reason in by.why)),
    ),
    (N_("Owner"), lambda each, _titles: each.owner),
    (N_("Next step"), lambda each, _titles: each.step.text if each.step else ""),
    (N_("Due"), lambda each, _titles: each.step.due_at if each.step else None),
)

WIDTHS = (28, 14, 24, 14, 18, 32, 60, 24, 40, 18)


def write_risk_csv(found: Sequence[AtRisk], titles: Titles, zone: ZoneInfo) -> str:
    """A line for each customer; moments in ISO 8601 by the clocks of `zone`."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_(label) for label, _cell in COLUMNS])
    for each in found:
        writer.writerow([_written(cell(each, titles), zone) for _label, cell in COLUMNS])
    return f"\ufeff{out.getvalue()}"


def write_risk_xlsx(found: Sequence[AtRisk], titles: Titles, zone: ZoneInfo, title: str) -> bytes:
    """The same; moments are those of a spreadsheet, which has no zones."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet(_("Customers at risk"))
        for at, width in enumerate(WIDTHS):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(3, 1)
        sheet.write_string(0, 0, title)
        for at, (label, _cell) in enumerate(COLUMNS):
            sheet.write_string(2, at, _(label), bold)
        for row, each in enumerate(found, 3):
            for at, (_label, cell) in enumerate(COLUMNS):
                value = cell(each, titles)
                if isinstance(value, datetime):
                    local = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
                    sheet.write_datetime(row, at, local, moment)
                else:
                    sheet.write_string(row, at, value or "")
    return out.getvalue()


def _written(value: Cell, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return disarm(value or "")
