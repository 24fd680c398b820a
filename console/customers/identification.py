"""Identification: a number and the customers who may have it in, one of five outcomes out. Pure.

Only `one` binds a customer by itself. A weak suggestion is shown, and never binds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from console.customers.likelihood import NO_SIGNS, Signs, likeliest_first
from console.customers.models import TAIL_DIGITS
from telephony.numbers import Number, NumberKind

LONGEST_COUNTRY_CODE = len("+421")

MOST_CANDIDATES = 1_000
"""Customers with one number that are told apart. A switchboard, or a number that stands for "none given"."""


class Outcome(StrEnum):
    """How sure we are who calls."""

    ONE = "one"  # exactly one customer has the number
    SHARED = "shared"  # marked shared, or all who have it belong to one company
    MANY = "many"  # several others have it
    NONE = "none"
    WITHHELD = "withheld"


class Strength(StrEnum):
    """How well a customer's number matches."""

    EXACT = "exact"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One stored number of a customer that may be the caller's."""

    customer_id: int
    ref: str
    name: str
    company: str | None
    company_ref: str | None
    e164: str
    label: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A customer whom the number may belong to; `why` is one plain sentence."""

    customer_id: int
    ref: str
    name: str
    company: str | None
    company_ref: str | None
    label: str | None
    shared: bool
    strength: Strength
    why: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A customer who looked like a match and is none, and why."""

    ref: str
    why: str


@dataclass(frozen=True, slots=True)
class Identification:
    """Who calls, how sure that is, and why (one plain sentence). Of several, the likeliest stand first."""

    outcome: Outcome
    number: Number
    matches: tuple[Match, ...]
    set_aside: tuple[SetAside, ...]
    why: str

    @property
    def bound(self) -> Match | None:
        """The customer who is bound without anybody's choice; None unless the outcome is `one`."""
        return self.matches[0] if self.outcome is Outcome.ONE else None

    @property
    def steps(self) -> tuple[str, ...]:
        """What led there, from what was sent to the outcome: plain sentences."""
        return (*self.number.steps, f"{self.why.removesuffix('.')}.")  # a company may be an s.r.o.


def identify(
    number: Number, candidates: Sequence[Candidate], signs: Mapping[int, Signs] | None = None
) -> Identification:
    """Who has the number, given all who have exactly it or (weakly) one that ends like it. `signs` tells by
    customer's id what makes each of several likely."""
    if number.kind is NumberKind.WITHHELD:
        return Identification(Outcome.WITHHELD, number, (), (), "The caller withholds the number")
    exact = _exact(number, candidates)
    if not exact:
        return _nobody(number, candidates, signs or {})
    outcome, why = _outcome(exact)
    matches = exact if outcome is Outcome.ONE else _likeliest_first(exact, signs or {})
    return Identification(outcome, number, matches, (), why)


def chosen(match: Match, number: Number) -> Identification:
    """The identification after a person or another program said who calls."""
    return Identification(Outcome.ONE, number, (match,), (), match.why)


def _exact(number: Number, candidates: Sequence[Candidate]) -> tuple[Match, ...]:
    """One match per customer, in the order of the candidates; shared when any of the entries is."""
    own = {number.e164, number.twin} - {None}
    found: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.e164 in own:
            found[candidate.customer_id] = _merged(candidate, found.get(candidate.customer_id))
    return tuple(_match(each, Strength.EXACT, _where(each)) for each in found.values())


def _merged(entry: Candidate, before: Candidate | None) -> Candidate:
    if before is None:
        return entry
    return replace(before, label=before.label or entry.label, shared=before.shared or entry.shared)


def _where(candidate: Candidate) -> str:
    return f"Exact match on the {candidate.label} number" if candidate.label else "Exact match on the number"


def _outcome(exact: tuple[Match, ...]) -> tuple[Outcome, str]:
    if any(match.shared for match in exact):
        return Outcome.SHARED, "The number is marked as shared: others call from it too"
    if len(exact) == 1:
        return Outcome.ONE, exact[0].why
    if len(exact) > MOST_CANDIDATES:
        return Outcome.MANY, f"More than {MOST_CANDIDATES:,} customers have this number; not all are listed"
    company = exact[0].company
    if exact[0].company_ref is not None and len({match.company_ref for match in exact}) == 1:
        return Outcome.SHARED, f"All who have it belong to {company}"
    return Outcome.MANY, f"{len(exact)} customers who have no company in common have this number"


def _likeliest_first(matches: tuple[Match, ...], signs: Mapping[int, Signs]) -> tuple[Match, ...]:
    several = [(match, signs.get(match.customer_id, NO_SIGNS)) for match in matches]
    return tuple(
        replace(match, why=f"{match.why}; {reasons}" if reasons else match.why)
        for match, reasons in likeliest_first(several)
    )


def _nobody(number: Number, candidates: Sequence[Candidate], signs: Mapping[int, Signs]) -> Identification:
    weak: dict[int, Match] = {}
    aside: dict[str, SetAside] = {}
    for candidate in candidates:
        national = _national(number, candidate)
        if national is not None and _ends_alike(number.national, national):
            why = f"Only the last {min(len(national), len(number.national))} digits are the same"
            weak.setdefault(candidate.customer_id, _match(candidate, Strength.WEAK, why))
        else:
            aside.setdefault(candidate.ref, SetAside(candidate.ref, _why_not(number, candidate, national)))
    matches = _likeliest_first(tuple(weak.values()), signs)
    for match in matches:
        aside.pop(match.ref, None)  # another number of theirs is a match
    return Identification(Outcome.NONE, number, matches, tuple(aside.values()), _why_nobody(number, matches))


def _why_not(number: Number, candidate: Candidate, national: str | None) -> str:
    if national is not None:
        return f"{candidate.e164} only has the same last {TAIL_DIGITS} digits: a different telephone"
    alike = "has the same digits" if _is_namesake(number, candidate) else "ends alike"
    return f"{candidate.e164} {alike}, but is in another country: a different telephone"


def _national(number: Number, candidate: Candidate) -> str | None:
    """The candidate's digits behind the country code that the number has; None in another country."""
    prefix = f"+{number.country_code}"
    return candidate.e164.removeprefix(prefix) if candidate.e164.startswith(prefix) else None


def _is_namesake(number: Number, candidate: Candidate) -> bool:
    """Whether the candidate's number is the same national number behind another country code."""
    code = candidate.e164.removesuffix(number.national)
    return number.e164 is not None and code != candidate.e164 and len(code) <= LONGEST_COUNTRY_CODE


def _ends_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= TAIL_DIGITS and longer.endswith(shorter)


def _why_nobody(number: Number, weak: tuple[Match, ...]) -> str:
    if weak:
        return "No customer has exactly this number; the listed ones only have a number that ends like it"
    if number.kind is NumberKind.EXTENSION:
        return "The number is an internal extension"
    if number.kind is NumberKind.UNUSABLE:
        return "What was sent is no telephone number"
    return "No customer has this number"


def _match(candidate: Candidate, strength: Strength, why: str) -> Match:
    return Match(
        candidate.customer_id,
        candidate.ref,
        candidate.name,
        candidate.company,
        candidate.company_ref,
        candidate.label,
        candidate.shared,
        strength,
        why,
    )
