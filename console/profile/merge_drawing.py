"""Works out what the preview of a merge shows: what stands in both records, and which of it stays. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.customers.records import PhoneRecord
from console.profile.csv_file import ATTRIBUTE
from console.profile.merge_plan import NOTES, Plan, Side, Take, differ, key_of, names_of
from console.web.i18n import N_
from console.web.i18n import gettext as _
from telephony.numbers import Plan as NumberPlan
from telephony.numbers import display, normalise

MOST_CHOICES = 100
"""Fields of which somebody chooses. Of more, which only very many attributes can be, the first one's stay."""

LABELS = {
    "name": N_("Name"),
    "company": N_("Company"),
    "email": N_("E-mail"),
    "segment": N_("Segment"),
    "language": N_("Language"),
    "birthday": N_("Birthday"),
    "customer_since": N_("Customer since"),
    "notes": N_("Notes"),
}
DAYS = frozenset({"birthday", "customer_since"})
OWNED = {"purchases": N_("Purchases"), "cases": N_("Cases"), "calls": N_("Calls")}


@dataclass(frozen=True, slots=True)
class FieldDrawing:
    """A field that at least one of the two has. `choose`: both have it, and it is different; `take`: what
    stays if nothing else is chosen; `both`: both can stay."""

    name: str
    label: str
    kept: Any
    other: Any
    choose: bool
    take: Take
    both: bool
    is_day: bool


@dataclass(frozen=True, slots=True)
class NumberDrawing:
    """A number after the merge. `joins`: it is the other one's so far; `learnt`: both have it, and what is
    said of it changes."""

    text: str
    label: str | None
    shared: bool
    joins: bool
    learnt: bool


@dataclass(frozen=True, slots=True)
class CountDrawing:
    """How many each of the two has."""

    label: str
    kept: int
    other: int


def draw_fields(kept: Side, other: Side, takes: Mapping[str, Take]) -> list[FieldDrawing]:
    """The fields, first those that are the same for all customers."""
    drawn: list[FieldDrawing] = []
    for name in names_of(kept, other):
        if kept.get(name) is None and other.get(name) is None:
            continue
        choose = differ(kept, other, name) and sum(each.choose for each in drawn) < MOST_CHOICES
        take = takes.get(name, Take.KEPT) if kept.get(name) is not None else Take.OTHER
        values = (_spoken(kept, name), _spoken(other, name))
        drawn.append(
            FieldDrawing(name, label_of(name), *values, choose, take, name == NOTES and choose, name in DAYS)
        )
    return drawn


def label_of(name: str) -> str:
    """What a field is called."""
    return _(LABELS[name]) if name in LABELS else name.removeprefix(ATTRIBUTE)


def _spoken(side: Side, name: str) -> Any:
    return side.company_name if name == "company" and side.get(name) else side.get(name)


def draw_numbers(plan: Plan, after: Sequence[PhoneRecord], region: str) -> list[NumberDrawing]:
    """The numbers as they will be."""
    joins = {key_of(phone) for phone in plan.joined}
    learnt = {change.name for change in plan.phones}
    return [
        NumberDrawing(
            spoken_number(phone, region),
            phone.label,
            phone.shared,
            key_of(phone) in joins,
            key_of(phone) in learnt,
        )
        for phone in after
    ]


def spoken_number(phone: PhoneRecord, region: str) -> str:
    """A number as it is read; as it was written where it is none."""
    return display(normalise(phone.e164, NumberPlan(region))) if phone.e164 else phone.raw


def draw_counts(kept: Mapping[str, int], other: Mapping[str, int]) -> list[CountDrawing]:
    """What belongs to either."""
    return [CountDrawing(_(label), kept[what], other[what]) for what, label in OWNED.items()]
