"""Who of several is likely to be calling: whoever called from the number last, has an open case, or waits for
a late order. It only puts a list in order and says why: it never decides. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Signs:
    """What makes a customer likely. `called_at`: when they last called from this number, on the clock of the
    house; `late_days`: how late their oldest late order is, 0 for none."""

    called_at: datetime | None = None
    open_cases: int = 0
    late_days: int = 0


NO_SIGNS = Signs()


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def ref(self) -> str: ...


T = TypeVar("T", bound=_Named)


def likeliest_first(several: Sequence[tuple[T, Signs]]) -> list[tuple[T, str]]:
    """In order, each with why it stands there ("" where nothing speaks for it but its name)."""
    ordered = sorted(several, key=lambda each: _rank(*each))
    return [(each, _reasons(signs, is_last=place == 0)) for place, (each, signs) in enumerate(ordered)]


def _rank(each: _Named, signs: Signs) -> tuple[float, bool, bool, str, str]:
    called = -signs.called_at.timestamp() if signs.called_at else 0.0
    return (called, not signs.open_cases, not signs.late_days, each.name.casefold(), each.ref)


def _reasons(signs: Signs, *, is_last: bool) -> str:
    reasons = []
    if signs.called_at is not None:
        reasons.append(f"called from it {'last, ' if is_last else ''}on {signs.called_at:%Y-%m-%d at %H:%M}")
    if signs.open_cases:
        reasons.append(_count(signs.open_cases, "open case"))
    if signs.late_days:
        reasons.append(f"an order {_count(signs.late_days, 'day')} late")
    return ", ".join(reasons)


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
