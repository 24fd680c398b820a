"""What can go wrong on the way, and how often. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """Something that happens to an event on its way to us, or (CUT, FORGE) beside it."""

    DUPLICATE = "duplicate"  # it comes twice, the second time later
    DELAY = "delay"  # it comes late, and everything behind it, too
    REORDER = "reorder"  # it comes late, and is overtaken
    DROP = "drop"  # it never comes
    CUT = "cut"  # the link breaks: nothing comes until it is back and has resynced
    FORGE = "forge"  # somebody slips an event in that never happened


USUAL: Mapping[Fault, float] = {
    Fault.DUPLICATE: 0.05,
    Fault.DELAY: 0.01,
    Fault.REORDER: 0.05,
    Fault.DROP: 0.02,
    Fault.CUT: 0.002,
    Fault.FORGE: 0.03,
}
"""The share of the events that each fault befalls, where nothing else is said."""

MOST = 0.5
"""All shares together: more than half of the events must come as they are."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The share of the events that each fault befalls; each event suffers one at most."""

    shares: Mapping[Fault, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (all(share >= 0 for share in self.shares.values()) and sum(self.shares.values()) <= MOST):
            raise ValueError(f"the shares of all faults are together from 0 to {MOST}")

    def strike(self, random: Random) -> Fault | None:
        """Which fault befalls the next event."""
        dice = random.random()
        for fault, share in self.shares.items():
            if dice < share:
                return fault
            dice -= share
        return None


def read_faults(text: str) -> Faults:
    """The faults in a text such as `drop:0.02,delay` or `all`: without a share, as often as usual.

    Raises ValueError, saying what would be right.
    """
    shares: dict[Fault, float] = {}
    named: set[str] = set()
    for part in text.split(","):
        name, colon, share = part.partition(":")
        if part == "all":
            shares |= USUAL
        elif name in named:
            raise ValueError(f"{name!r} stands there twice")
        elif name in set(Fault):
            shares[Fault(name)] = _share(share) if colon else USUAL[Fault(name)]
            named.add(name)
        else:
            raise ValueError(f"{part!r} is none of all, {', '.join(Fault)}")
    return Faults(shares)


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no share such as 0.02") from None
