"""What becomes of two customers who are merged, field by field and number by number; and what of it is taken
back when they are taken apart again. Pure.

A field is named as its column, `company` (its key), or `attr.NAME`. Values are plain, dates ISO text, so that
a merge can be kept as JSON. What is empty in one record is filled from the other; what stands in both and is
different is chosen.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from console.customers.records import PhoneRecord
from console.profile.csv_file import ATTRIBUTE

FIELDS = ("name", "company", "email", "segment", "language", "birthday", "customer_since", "notes")
NOTES = "notes"

Values = Mapping[str, Any]


class Take(StrEnum):
    """Which of two different values stays. Both stay of notes only, one below the other."""

    KEPT = "kept"
    OTHER = "other"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two customers who are merged. `company_name` is the name of the company whose key is among the
    values."""

    id: int
    ref: str
    values: Values
    phones: Sequence[PhoneRecord]
    company_name: str | None
    created_at: str
    updated_at: str

    def get(self, name: str) -> Any:
        """The value of a field, None when it is empty."""
        value = self.values.get(name)
        return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Change:
    """A field or number of the customer that is kept, before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge changes of the customer that is kept: fields, numbers that join, and numbers that both
    have and that learn something of each other."""

    fields: Sequence[Change]
    joined: Sequence[PhoneRecord]
    phones: Sequence[Change]


def names_of(kept: Side, other: Side) -> list[str]:
    """All fields that either has."""
    attributes = {name for side in (kept, other) for name in side.values if name.startswith(ATTRIBUTE)}
    return [*FIELDS, *sorted(attributes)]


def differ(kept: Side, other: Side, name: str) -> bool:
    """Whether somebody has to choose."""
    one, two = kept.get(name), other.get(name)
    return one is not None and two is not None and one != two


def plan_merge(kept: Side, other: Side, takes: Mapping[str, Take]) -> Plan:
    """What happens to `kept` when `other` goes into it. What is not chosen stays as it is in `kept`."""
    settled = {name: _settled(kept, other, name, takes.get(name)) for name in names_of(kept, other)}
    fields = [
        Change(name, kept.values.get(name), value)
        for name, value in settled.items()
        if value != kept.get(name)
    ]
    own = {key_of(phone) for phone in kept.phones}
    joined = [phone for phone in other.phones if key_of(phone) not in own]
    return Plan(fields, joined, _learnt(kept.phones, other.phones))


def _settled(kept: Side, other: Side, name: str, take: Take | None) -> Any:
    one, two = kept.get(name), other.get(name)
    if one is None or two is None:
        return two if one is None else one
    if take is Take.BOTH and name == NOTES:
        return f"{one}\n\n{two}"
    return two if take is Take.OTHER else one


def key_of(phone: PhoneRecord) -> str:
    """What makes it the same number as another one."""
    return phone.e164 or phone.raw


def said_of(phone: PhoneRecord) -> list[Any]:
    """What is said of a number beside itself."""
    return [phone.label, phone.shared]


def _learnt(phones: Sequence[PhoneRecord], others: Sequence[PhoneRecord]) -> list[Change]:
    """A number that only one of the two calls shared is shared; one without a label gets the other's."""
    changes = []
    for key, phone in _first_of_each(phones).items():
        same = [other for other in others if key_of(other) == key]
        label = phone.label or next((other.label for other in same if other.label), phone.label)
        after = [label, phone.shared or any(other.shared for other in same)]
        if after != said_of(phone):
            changes.append(Change(key, said_of(phone), after))
    return changes


def _first_of_each(phones: Sequence[PhoneRecord]) -> dict[str, PhoneRecord]:
    found: dict[str, PhoneRecord] = {}
    for phone in phones:
        found.setdefault(key_of(phone), phone)
    return found


def phones_after(plan: Plan, phones: Sequence[PhoneRecord]) -> list[PhoneRecord]:
    """The numbers of the customer that is kept, once the other one's have joined."""
    return [*_told(phones, {each.name: (each.before, each.after) for each in plan.phones}), *plan.joined]


def _told(
    phones: Sequence[PhoneRecord], news: Mapping[str, tuple[list[Any], list[Any]]]
) -> list[PhoneRecord]:
    """The numbers, of each the first one told its news where it still says what it did before."""
    told, open_ = [], dict(news)
    for phone in phones:
        before, after = open_.pop(key_of(phone), (None, None))
        is_told = after is not None and said_of(phone) == before
        told.append(replace(phone, label=after[0], shared=after[1]) if is_told and after else phone)
    return told


@dataclass(frozen=True, slots=True)
class Parting:
    """What of a merge is taken back. Of the customer that was kept: fields with what they become again
    (`back`), those that somebody changed since (`stay`), and the numbers; and the numbers of the other."""

    back: Values
    stay: Sequence[str]
    kept_phones: Sequence[PhoneRecord]
    phones: Sequence[PhoneRecord]


def plan_parting(plan: Plan, kept: Side, phones: Sequence[PhoneRecord]) -> Parting:
    """How the two are taken apart: `kept` as it is now, and the `phones` that the other one had. What was
    learnt since the merge of a number that goes back goes along with it."""
    unchanged = [change for change in plan.fields if kept.values.get(change.name) == change.after]
    stay = [change.name for change in plan.fields if change not in unchanged]
    joined = {key_of(phone) for phone in plan.joined}
    remain = [phone for phone in kept.phones if key_of(phone) not in joined]
    return Parting(
        {change.name: change.before for change in unchanged},
        stay,
        _told(remain, {each.name: (each.after, each.before) for each in plan.phones}),
        _as_now(phones, joined, kept.phones),
    )


def _as_now(
    phones: Sequence[PhoneRecord], joined: set[str], kept: Sequence[PhoneRecord]
) -> list[PhoneRecord]:
    now: defaultdict[str, deque[PhoneRecord]] = defaultdict(deque)
    for phone in kept:
        if key_of(phone) in joined:
            now[key_of(phone)].append(phone)
    back = []
    for phone in phones:
        waiting = now[key_of(phone)]
        said = said_of(waiting.popleft() if waiting else phone)
        back.append(replace(phone, label=said[0], shared=said[1]))
    return back
