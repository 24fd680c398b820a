"""First-contact resolution: whoever called did not need to call again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.figures.intervals import Span
from console.figures.shares import Share


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer called at that moment; None: nobody knows who it was."""

    customer: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """How many first contacts were the last ones, too. Left out: contacts of `strangers`, of whom nobody can
    say whether they called again, and `recent` ones, of which it is too early to tell."""

    share: Share
    strangers: int
    recent: int


def resolution(contacts: Iterable[Contact], period: Span, within: timedelta, at: datetime) -> Resolution:
    """Of the first contacts in the period, those without another contact by the same customer `within` that
    time. A first contact has none before it within the same time. `contacts` reach from that long before the
    period to that long after it, as far as they are known at the moment `at`."""
    moments: defaultdict[str, list[datetime]] = defaultdict(list)
    strangers = 0
    for contact in contacts:
        if contact.customer is not None:
            moments[contact.customer].append(contact.at)
        else:
            strangers += contact.at in period
    firsts = [
        first for each in moments.values() for first in _firsts(sorted(each), within) if first[0] in period
    ]
    told = [again for moment, again in firsts if moment + within <= at]
    return Resolution(Share(told.count(False), len(told)), strangers, len(firsts) - len(told))


def _firsts(moments: list[datetime], within: timedelta) -> Iterable[tuple[datetime, bool]]:
    """Each first contact of a customer, and whether another one came within the time."""
    for index, moment in enumerate(moments):
        if not index or moment - moments[index - 1] > within:
            yield moment, index + 1 < len(moments) and moments[index + 1] - moment <= within
