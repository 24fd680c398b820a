"""What works, in figures: what each is, what is not counted in it, and how two versions differ. Pure.

Two versions differ where the interval of the difference excludes that there is none; else the numbers could
not show a difference, and none is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.promises.models import OfferAnswer
from console.promises.words import ANSWERS
from console.studio.works_intervals import Share, Times, difference
from console.studio.works_tally import SATISFIED, UNRECORDED, Tally
from console.web.i18n import N_, ngettext
from console.web.i18n import gettext as _


def _nothing(_tally: Tally) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A share, told of each version; `is_` says how it is computed, `left_out` what is not counted."""

    name: str
    label: str
    is_: str
    share: Callable[[Tally], Share]
    left_out: Callable[[Tally], Sequence[str]] = _nothing


def _not_watched(tally: Tally) -> Sequence[str]:
    told = []
    if tally.strangers:
        told.append(
            ngettext(
                "left out: %(num)s call of an unknown caller",
                "left out: %(num)s calls of unknown callers",
                tally.strangers,
            )
        )
    if tally.recent:
        told.append(
            ngettext(
                "too early to tell: %(num)s call that has been over for less than 7 days",
                "too early to tell: %(num)s calls that have been over for less than 7 days",
                tally.recent,
            )
        )
    return told


def _not_rated(tally: Tally) -> Sequence[str]:
    if not tally.unasked:
        return ()
    return [ngettext("not rated: %(num)s call", "not rated: %(num)s calls", tally.unasked)]


def _not_answered(tally: Tally) -> Sequence[str]:
    if not tally.offers[UNRECORDED]:
        return ()
    one, many = "answer not recorded: %(num)s offer", "answer not recorded: %(num)s offers"
    return [ngettext(one, many, tally.offers[UNRECORDED])]


def _of_offers(tally: Tally, *answers: OfferAnswer) -> Share:
    return Share(sum(tally.offers[each] for each in answers), sum(tally.offers[each] for each in OfferAnswer))


FIGURES: Sequence[Figure] = (
    Figure(
        "walked",
        N_("Walked through"),
        N_("Of the answered calls that got it: the agent took at least one step of it."),
        lambda tally: Share(tally.picks.walked, tally.picks.answered),
    ),
    Figure(
        "replaced",
        N_("Replaced at once"),
        N_("Of the calls for which it was picked: the agent took another script before its first step."),
        lambda tally: Share(tally.picks.replaced, tally.picks.calls + tally.picks.replaced),
    ),
    Figure(
        "completed",
        N_("Completed"),
        N_("Of its runs: they came to an end of the script."),
        lambda tally: Share(tally.completed, tally.runs),
    ),
    Figure(
        "instead",
        N_("Taken instead"),
        N_("Of its runs: the agent took it instead of another script."),
        lambda tally: Share(tally.instead, tally.runs),
    ),
    Figure(
        "left-for",
        N_("Given up for another"),
        N_("Of its runs: the agent took another script instead of it."),
        lambda tally: Share(tally.left_for, tally.runs),
    ),
    Figure(
        "again",
        N_("Second calls"),
        N_("Of the calls with a run of it: the customer called again within 7 × 24 hours after the call was "
           "over. A call that was passed on is one call."),
        lambda tally: Share(tally.again, tally.watched),
        _not_watched,
    ),
    Figure(
        "satisfied",
        N_("Satisfied"),
        N_("Of the calls with a run of it that the customer rated, from 1 to 5: they gave 4 or 5."),
        lambda tally: Share(sum(tally.ratings[each] for each in SATISFIED), tally.rated),
        _not_rated,
    ),
    Figure(
        "offers",
        N_("Offers taken"),
        N_("Of the offers that were made in its runs and answered: the customer accepted."),
        lambda tally: _of_offers(tally, OfferAnswer.ACCEPTED),
        _not_answered,
    ),
)  # fmt: skip


class Verdict(StrEnum):
    """How a figure of one version compares with that of another."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"  # a difference that these numbers could not show
    FEW = "few"  # of too few to tell
    NONE = "none"  # one of them has nothing to compare


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict, and between which `least` and `most` the difference lies."""

    verdict: Verdict
    least: float = 0.0
    most: float = 0.0


def compare(one: Share, other: Share) -> Comparison:
    """How the share `one` compares with the `other`."""
    if not one.of or not other.of:
        return Comparison(Verdict.NONE)
    found = difference(one, other)
    if found.low > 0:
        return Comparison(Verdict.HIGHER, found.low, found.high)
    if found.high < 0:
        return Comparison(Verdict.LOWER, -found.high, -found.low)
    return Comparison(Verdict.SAME if one.tells and other.tells else Verdict.FEW)


def compare_times(one: Times, other: Times) -> Comparison:
    """How the median `one` compares with the `other`: by their intervals, which must not meet. That is
    stricter than need be, and needs nothing known of how times are spread."""
    ours, theirs = one.interval, other.interval
    if not one.count or not other.count:
        return Comparison(Verdict.NONE)
    if ours is None or theirs is None:
        return Comparison(Verdict.FEW)
    if ours.low > theirs.high:
        return Comparison(Verdict.HIGHER, ours.low - theirs.high, ours.high - theirs.low)
    if ours.high < theirs.low:
        return Comparison(Verdict.LOWER, theirs.low - ours.high, theirs.high - ours.low)
    return Comparison(Verdict.SAME)


@dataclass(frozen=True, slots=True)
class Line:
    """A share of one or two versions, what was left out of each, and how they compare."""

    name: str
    label: str
    is_: str
    shares: Sequence[Share]
    left_out: Sequence[Sequence[str]]
    comparison: Comparison | None


def _line(
    name: str, label: str, shares: Sequence[Share], is_: str = "", left_out: Sequence[Sequence[str]] = ()
) -> Line:
    comparison = compare(*shares) if len(shares) == 2 else None
    return Line(name, label, is_, shares, left_out or [()] * len(shares), comparison)


def figure_lines(tallies: Sequence[Tally]) -> list[Line]:
    """FIGURES of one or two versions."""
    return [
        _line(
            each.name,
            _(each.label),
            [each.share(tally) for tally in tallies],
            _(each.is_),
            [each.left_out(tally) for tally in tallies],
        )
        for each in FIGURES
    ]


def outcome_lines(tallies: Sequence[Tally]) -> list[Line]:
    """Each outcome of the runs, the most frequent first; then what had none."""
    every = sum((tally.outcomes for tally in tallies[1:]), tallies[0].outcomes)
    lines = [
        _line(name, name, [Share(tally.outcomes[name], tally.runs) for tally in tallies])
        for name, _count in sorted(every.items(), key=lambda each: (-each[1], each[0]))
    ]
    left = [Share(tally.runs - tally.completed, tally.runs) for tally in tallies]
    return [*lines, _line("", _("left without an end"), left)]


def offer_lines(tallies: Sequence[Tally]) -> list[Line]:
    """What became of the offers that were answered."""
    return [
        _line(answer, _(label), [_of_offers(tally, answer) for tally in tallies])
        for answer, label in ANSWERS.items()
    ]


def rating_lines(tallies: Sequence[Tally]) -> list[Line]:
    """How often each rating was given, the best first."""
    return [
        _line(str(rating), str(rating), [Share(tally.ratings[rating], tally.rated) for tally in tallies])
        for rating in (5, 4, 3, 2, 1)
    ]
