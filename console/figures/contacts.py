"""First-contact resolution: whoever called did not need to call again."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.figures.intervals import Span
from console.figures.shares import Share

NONE = Share(0, 0)


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer called at that moment; None: nobody knows who it was. `of` says where it is counted: a
    queue, an agent, an interval; another contact is one wherever it is counted."""

    customer: str | None
    at: datetime
    of: Hashable = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """How many first contacts were the last ones, too. Left out: contacts of `strangers`, of whom nobody can
    say whether they called again, and `recent` ones, of which it is too early to tell."""

    share: Share = NONE
    strangers: int = 0
    recent: int = 0

    def __add__(self, other: "Resolution") -> "Resolution":
        return Resolution(
            self.share + other.share, self.strangers + other.strangers, self.recent + other.recent
        )


def resolution(contacts: Iterable[Contact], period: Span, within: timedelta, at: datetime) -> Resolution:
    """Of the first contacts in the period, those without another contact by the same customer `within` that
    time. A first contact has none before it within the same time. `contacts` reach from that long before the
    period to that long after it, as far as they are known at the moment `at`."""
    return sum(resolutions(contacts, period, within, at).values(), Resolution())


def resolutions(
    contacts: Iterable[Contact], period: Span, within: timedelta, at: datetime
) -> dict[Hashable, Resolution]:
    """The same for each place where contacts are counted."""
    of_each: defaultdict[str, list[Contact]] = defaultdict(list)
    found: defaultdict[Hashable, Resolution] = defaultdict(Resolution)
    for contact in contacts:
        if contact.customer is not None:
            of_each[contact.customer].append(contact)
        elif contact.at in period:
            found[contact.of] += Resolution(strangers=1)
    for each in of_each.values():
        for first, again in _firsts(sorted(each, key=lambda contact: contact.at), within):
            if first.at in period:
                told = first.at + within <= at
                found[first.of] += Resolution(Share(int(told and not again), int(told)), recent=int(not told))
    return dict(found)


def _firsts(contacts: list[Contact], within: timedelta) -> Iterable[tuple[Contact, bool]]:
    """Each first contact of a customer, and whether another one came within the time."""
    for index, contact in enumerate(contacts):
        if not index or contact.at - contacts[index - 1].at > within:
            yield contact, index + 1 < len(contacts) and contacts[index + 1].at - contact.at <= within
