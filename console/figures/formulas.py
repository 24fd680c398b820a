"""The service level: by which formula, with which switches, and what the other formulas would give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from console.figures.shares import Share
from console.figures.tally import Fate, Tally
from console.figures.words import N_
from telephony.events import VisitEnd

USUAL = "answered_or_abandoned"
"""The key of the formula that is used where nothing else was chosen."""


@dataclass(frozen=True, slots=True)
class Switches:
    """How a service level is read off a tally: by the formula with this key, and whether it counts short
    abandons, callers whom the queue gave up, callers who were taken out of it, and call-backs."""

    formula: str = USUAL
    short: bool = True
    timed_out: bool = False
    moved: bool = False
    call_backs: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What formulas look at once the switches are applied. `others` are those whom the queue gave up or who
    were taken out, as far as they count; `offered` has all of these, whether they count or not."""

    answered: int
    in_time: int
    abandoned: int
    abandoned_in_time: int
    others: int
    offered: int


def counted(tally: Tally, switches: Switches) -> Counted:
    """What counts. Never: visits that are still open, and those of which nobody knows how they ended."""

    def count(end: VisitEnd, also: Callable[[Fate], bool] = lambda _: True) -> int:
        return tally.count(
            lambda what: (
                what.end is end
                and (switches.short or not what.short)
                and (switches.call_backs or not what.call_back)
                and also(what)
            )
        )

    def in_time(what: Fate) -> bool:
        return what.in_time

    answered, abandoned = count(VisitEnd.ANSWERED), count(VisitEnd.ABANDONED)
    timed_out, moved = count(VisitEnd.TIMED_OUT), count(VisitEnd.MOVED)
    return Counted(
        answered=answered,
        in_time=count(VisitEnd.ANSWERED, in_time),
        abandoned=abandoned,
        abandoned_in_time=count(VisitEnd.ABANDONED, in_time),
        others=timed_out * switches.timed_out + moved * switches.moved,
        offered=answered + abandoned + timed_out + moved,
    )


@dataclass(frozen=True, slots=True)
class Formula:
    """A way to compute the service level: `text` as people read it, T being the queue's limit; `sources` are
    keys of `sources.SOURCES`."""

    key: str
    label: str
    text: str
    sources: tuple[str, ...]
    share: Callable[[Counted], Share]


FORMULAS: Mapping[str, Formula] = {
    each.key: each
    for each in (
        Formula(
            USUAL,
            N_("Of answered and abandoned calls"),
            N_("answered within T ÷ (answered + abandoned)"),
            ("icmi", "callcentrehelper", "genesys"),
            lambda it: Share(it.in_time, it.answered + it.abandoned + it.others),
        ),
        Formula(
            "answered",
            N_("Of answered calls"),
            N_("answered within T ÷ answered"),
            ("callcentrehelper", "uccx", "cms", "asterisk"),
            lambda it: Share(it.in_time, it.answered),
        ),
        Formula(
            "abandoned_in_time_good",
            N_("Abandoned in time is as good as answered"),
            N_("(answered within T + abandoned within T) ÷ (answered + abandoned)"),
            ("callcentrehelper", "uccx", "cuic", "asterisk_sl2"),
            lambda it: Share(it.in_time + it.abandoned_in_time, it.answered + it.abandoned + it.others),
        ),
        Formula(
            "abandoned_in_time_out",
            N_("Abandoned in time does not count"),
            N_("answered within T ÷ (answered + abandoned after T)"),
            ("callcentrehelper", "uccx", "cuic", "brightpattern"),
            lambda it: Share(it.in_time, it.answered + it.abandoned - it.abandoned_in_time + it.others),
        ),
        Formula(
            "offered",
            N_("Of all who joined the queue"),
            N_("answered within T ÷ (answered + abandoned + given up by the queue + taken out)"),
            ("uccx",),
            lambda it: Share(it.in_time, it.offered),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One of the switches, with what it does when it is on."""

    key: str
    label: str
    sources: tuple[str, ...]


SWITCHES: Sequence[Switch] = (
    Switch("short", N_("Short abandons count as abandoned"), ("genesys", "cuic", "ringcentral")),
    Switch("timed_out", N_("Callers whom the queue gave up count as not answered"), ("genesys",)),
    Switch("moved", N_("Callers who were taken out of the queue count as not answered"), ("genesys", "ucce")),
    Switch("call_backs", N_("Call-backs count"), ("connect",)),
)


def service_level(tally: Tally, switches: Switches) -> Share:
    """The service level of these visits."""
    return FORMULAS[switches.formula].share(counted(tally, switches))


def by_each_formula(tally: Tally, switches: Switches) -> list[tuple[Formula, Share]]:
    """What each formula gives for the same visits with the same switches."""
    what = counted(tally, switches)
    return [(each, each.share(what)) for each in FORMULAS.values()]


def with_each_switch(tally: Tally, switches: Switches) -> list[tuple[Switch, bool, Share]]:
    """For each switch: whether it is on, and what the same formula gives for the same visits were it the
    other way round."""
    found = []
    for each in SWITCHES:
        on: bool = getattr(switches, each.key)
        turned = Switches(**{**asdict(switches), each.key: not on})
        found.append((each, on, service_level(tally, turned)))
    return found
