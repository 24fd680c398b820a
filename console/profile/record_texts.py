"""How a record is shown before it is stored, column by column. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from console.customers.records import CustomerRecord, ItemRecord, PhoneRecord, PurchaseRecord
from console.profile.csv_file import ATTRIBUTE
from console.profile.kinds import Record
from console.web.formats import Formats


def texts_of(record: Record, formats: Formats) -> dict[str, str]:
    """What each column says once it is read."""
    said: dict[str, Any] = {"ref": record.ref, **record.values}
    if isinstance(record, CustomerRecord):
        said |= {ATTRIBUTE + name: value for name, value in (record.attributes or {}).items()}
        said["phones"] = _listed(map(_phone, record.phones or ()))
        if record.company:
            said |= {"company_ref": record.company.ref, "company": record.company.name}
    else:
        said["customer_ref"] = record.customer_ref
    if isinstance(record, PurchaseRecord):
        said["items"] = _listed(_item(item, formats) for item in record.items or ())
    return {column: _text(value, formats) for column, value in said.items()}


def _text(value: object, formats: Formats) -> str:
    if isinstance(value, datetime):
        return formats.datetime(value)
    if isinstance(value, date):
        return formats.date(value)
    if isinstance(value, Decimal | float):
        return formats.number(value)
    return "" if value is None else str(value)


def _phone(phone: PhoneRecord) -> str:
    return " ".join(part for part in (phone.e164 or phone.raw, phone.label) if part)


def _item(item: ItemRecord, formats: Formats) -> str:
    return f"{formats.number(item.quantity)} × {item.name}"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
