"""Identification: a number and the customers who may have it in, one of five outcomes out. Pure.

Only `one` binds a customer by itself. A weak suggestion is shown, and never binds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from console.customers.models import TAIL_DIGITS
from telephony.numbers import Number, NumberKind

LONGEST_COUNTRY_CODE = len("+421")


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
    """Who calls, how sure that is, and why (one plain sentence)."""

    outcome: Outcome
    number: Number
    matches: tuple[Match, ...]
    set_aside: tuple[SetAside, ...]
    why: str

    @property
    def bound(self) -> Match | None:
        """The customer who is bound without anybody's choice; None unless the outcome is `one`."""
        return self.matches[0] if self.outcome is Outcome.ONE else None


def identify(number: Number, candidates: Sequence[Candidate]) -> Identification:
    """Who has the number, given all who have exactly it or (weakly) one that ends like it."""
    if number.kind is NumberKind.WITHHELD:
        return Identification(Outcome.WITHHELD, number, (), (), "The caller withholds the number")
    exact = _exact(number, candidates)
    if not exact:
        return _nobody(number, candidates)
    outcome, why = _outcome(exact)
    return Identification(outcome, number, exact, (), why)


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
    company = exact[0].company
    if exact[0].company_ref is not None and len({match.company_ref for match in exact}) == 1:
        return Outcome.SHARED, f"All who have this number belong to {company}"
    return Outcome.MANY, "Several customers have this number: ask who is calling"


def _nobody(number: Number, candidates: Sequence[Candidate]) -> Identification:
    weak: dict[int, Match] = {}
    aside: dict[str, SetAside] = {}
    for candidate in candidates:
        national = _national(number, candidate)
        if national is None:
            if _is_namesake(number, candidate):
                why = "The same digits, but in another country: a different telephone"
                aside.setdefault(candidate.ref, SetAside(candidate.ref, why))
        elif _ends_alike(number.national, national):
            why = f"Only the last {min(len(national), len(number.national))} digits are the same"
            weak.setdefault(candidate.customer_id, _match(candidate, Strength.WEAK, why))
    matches = tuple(weak.values())
    return Identification(Outcome.NONE, number, matches, tuple(aside.values()), _why_nobody(number, matches))


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
