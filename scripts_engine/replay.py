"""What a changed set of scripts would have done on past calls: which picks would be others, and why.

Both sets are indexed once; past picks are compared one by one, so whoever has many of them takes as many at a
time as suits, and says in between how far it is. Titles and texts do not count: a pick is another one when
its script has another key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scripts_engine.explanation import explainer, sentence
from scripts_engine.facts import Facts
from scripts_engine.near_misses import near_misses
from scripts_engine.script import Script
from scripts_engine.selection import NOTHING_APPLIES, Index, for_all, rank


@dataclass(frozen=True, slots=True)
class PastPick:
    """A pick that was made, by these facts, on the day `today`; `picked` is the key of its script (None: no
    script applied). `id` is its owner's."""

    id: str
    today: date
    facts: Facts
    picked: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A past pick as either set would make it: the script of the one and of the other, None for none.
    `renewed`: it is the same script, but another version of it."""

    past: PastPick
    before: Script | None
    after: Script | None
    renewed: bool

    @property
    def differs(self) -> bool:
        """Whether it is another script."""
        return key_of(self.before) != key_of(self.after)


class Replay:
    """Two sets of scripts to compare past picks by: those that calls get, and those that are tried."""

    def __init__(self, scripts: Iterable[Script], tried: Iterable[Script]) -> None:
        self._before, self._after = Index(scripts), Index(tried)
        self._tried = {script.key: script for script in self._after.scripts}
        self._renewed = {
            script.key for script in self._before.scripts if self._tried.get(script.key) != script
        }

    def compare(self, past: PastPick) -> Compared:
        """What either set would pick by the facts and on the day of a past pick."""
        before = next(self._before.applying(past.facts, past.today), None)
        after = next(self._after.applying(past.facts, past.today), None)
        key = key_of(before)
        return Compared(past, before, after, renewed=key in self._renewed and key == key_of(after))

    def reason(self, compared: Compared) -> str:
        """Why a pick would be another one."""
        before = compared.before
        return reason(compared, before and self._tried.get(before.key))


def key_of(script: Script | None) -> str | None:
    """The key of a script; None for none."""
    return script.key if script else None


def reason(compared: Compared, now: Script | None) -> str:
    """Why the one script would come, and why the other one would not any more. `now` is that other one among
    those that are tried (None: it is not among them)."""
    if compared.before is None:
        return _why(compared.after, compared.past.facts)
    why_not = _why_not(compared.before, now, compared)
    if why_not is None:
        return _both_apply(now or compared.before, compared)
    return f"{_why(compared.after, compared.past.facts)} {why_not}"


def _why(script: Script | None, facts: Facts) -> str:
    if script is None:
        return NOTHING_APPLIES
    return sentence(explainer(script.when)(facts) or ())


def _both_apply(now: Script, compared: Compared) -> str:
    """Why of two that apply the other one comes first."""
    first = compared.after
    behind = f", but comes later: {_behind(now, first)}" if first else ""
    if first is not None and first.when is None and now.when is not None:
        told = for_all(first)
    else:
        told = _why(first, compared.past.facts)
    return f'{told} "{now.title}" applies, too{behind}.'


def _why_not(before: Script, now: Script | None, compared: Compared) -> str | None:
    """Why the script does not apply any more; None when it does."""
    past = compared.past
    if now is None:
        return f'"{before.title}" is not among the scripts any more.'
    if not now.in_force(past.today):
        return f'"{now.title}" is not in force on {past.today}.'
    near = near_misses([now], past.facts, past.today, 1)
    return near[0].sentence if near else None


def _behind(later: Script, first: Script) -> str:
    priority, comparisons, _ = rank(later)
    first_priority, first_comparisons, _ = rank(first)
    if priority != first_priority:
        return f"its priority is {later.priority}, not {first.priority}"
    if comparisons != first_comparisons:
        return f"it has fewer conditions ({-comparisons}, not {-first_comparisons})"
    return "of two equal ones the first by key comes first"
