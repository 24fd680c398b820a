"""The service level: by which formula, with which switches, and what the other formulas would give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from console.figures.shares import Share
from console.figures.switches import USUAL, USUAL_SWITCHES, Switches, Wanted
from console.figures.tally import Fate, Tally
from console.figures.words import N_
from telephony.events import VisitEnd


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


Of = Callable[[Switches], Switches]
"""What counts for a queue, by what it has of its own."""


def counted(tally: Tally, wanted: Wanted) -> Counted:
    """What counts. Never: visits that are still open, and those of which nobody knows how they ended."""
    return _counted(tally, wanted.of)


def _counted(tally: Tally, of: Of, formula: str | None = None) -> Counted:
    """Of all visits, or only of those whose queues have this formula."""

    def count(end: VisitEnd, also: Callable[[Fate, Switches], bool] = lambda _what, _by: True) -> int:
        def counts(what: Fate) -> bool:
            by = of(what.switches)
            return (
                what.end is end
                and formula in {None, by.formula}
                and (by.short or not what.short)
                and (by.call_backs or not what.call_back)
                and also(what, by)
            )

        return tally.count(counts)

    def in_time(what: Fate, _by: Switches) -> bool:
        return what.in_time

    answered, abandoned = count(VisitEnd.ANSWERED), count(VisitEnd.ABANDONED)
    timed_out = count(VisitEnd.TIMED_OUT, lambda _what, by: by.timed_out)
    moved = count(VisitEnd.MOVED, lambda _what, by: by.moved)
    return Counted(
        answered=answered,
        in_time=count(VisitEnd.ANSWERED, in_time),
        abandoned=abandoned,
        abandoned_in_time=count(VisitEnd.ABANDONED, in_time),
        others=timed_out + moved,
        offered=answered + abandoned + count(VisitEnd.TIMED_OUT) + count(VisitEnd.MOVED),
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


def service_level(tally: Tally, wanted: Wanted) -> Share:
    """The service level of these visits. Where queues have formulas of their own, the visits of each count by
    theirs, and all together are the sum."""
    return _level(tally, wanted.of)


def formulas_of(tally: Tally, wanted: Wanted) -> list[Formula]:
    """By which the service level of these visits is computed: of several queues perhaps several."""
    return _formulas(tally, wanted.of)


def _formulas(tally: Tally, of: Of) -> list[Formula]:
    keys = {of(what.switches).formula for what in tally.visits}
    return [formula for key, formula in FORMULAS.items() if key in keys]


def _level(tally: Tally, of: Of) -> Share:
    shares = (each.share(_counted(tally, of, each.key)) for each in _formulas(tally, of))
    return sum(shares, Share(0, 0))


def by_each_formula(tally: Tally, wanted: Wanted) -> list[tuple[Formula, Share]]:
    """What each formula gives for the same visits with the same switches."""
    what = counted(tally, wanted)
    return [(each, each.share(what)) for each in FORMULAS.values()]


def with_each_switch(tally: Tally, wanted: Wanted) -> list[tuple[Switch, bool | None, Share]]:
    """For each switch: whether it is on (None: for some queues), and what the same formula gives for the same
    visits were it the other way round."""
    own = {what.switches for what in tally.visits} or {USUAL_SWITCHES}
    found = []
    for each in SWITCHES:
        positions: set[bool] = {getattr(wanted.of(switches), each.key) for switches in own}
        on = positions.pop() if len(positions) == 1 else None
        found.append((each, on, _level(tally, _turned(wanted.of, each.key))))
    return found


def _turned(of: Of, key: str) -> Of:
    """The same with one switch the other way round."""

    def turned(own: Switches) -> Switches:
        by = of(own)
        return Switches(**{**by._asdict(), key: not getattr(by, key)})

    return turned
