"""The linter's part for conditions: comparisons that are wrong, conditions that can never be TRUE, and
scripts whose conditions imply another's."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, takewhile

from scripts_engine.conditions import Compare, Condition, Literals, Not, Operator
from scripts_engine.contradictions import conflict, conflicts, reason
from scripts_engine.errors import Finding, Level, Path
from scripts_engine.facts import ANSWER, nearest_name
from scripts_engine.notation import NotationError, check, write
from scripts_engine.possible import ways
from scripts_engine.reading import MOST_FINDINGS
from scripts_engine.script import Script
from scripts_engine.selection import places, rank
from scripts_engine.truths import Truths, union

_OF_WHOLE_ANSWERS = frozenset({Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN, Operator.NOT_IN})


def wrong_comparisons(script: Script) -> Iterator[Finding]:
    """Comparisons with facts or answers that there are not, or with values that these cannot have."""
    for condition, path in _conditions(script):
        for comparison, place in _comparisons(condition, path):
            try:
                check(comparison)
            except NotationError as error:
                yield Finding(script.key, place, error.why, error.nearest)
            else:
                yield from _unknown_answers(script, comparison, place)


def _unknown_answers(script: Script, comparison: Compare, place: Path) -> Iterator[Finding]:
    name = comparison.fact.removeprefix(ANSWER)
    if comparison.fact.startswith(ANSWER) and name not in script.answer_names:
        near = nearest_name(name, script.answer_names)
        why = f'this script takes down no answer "{name}"'
        yield Finding(script.key, place, why, near and ANSWER + near)
    elif comparison.fact.startswith(ANSWER) and (possible := _possible_answers(script, name)):
        for value in _compared_with(comparison):
            if str(value).casefold() not in map(str.casefold, possible):
                why = f'the answer {name} is one of {", ".join(possible)}, never "{value}"'
                yield Finding(script.key, place, why, nearest_name(str(value), possible), level=Level.WARNING)


def _possible_answers(script: Script, name: str) -> list[str]:
    """What may be answered; nothing when anything may be."""
    steps = [step for step in script.steps if (step.capture.name if step.capture else step.id) == name]
    chosen = [
        [answer.text for answer in step.answers] or (step.capture.choices if step.capture else ())
        for step in steps
    ]
    return [text for texts in chosen for text in texts] if all(chosen) else []


def _compared_with(comparison: Compare) -> tuple[object, ...]:
    """The whole answers that it is compared with."""
    if comparison.operator not in _OF_WHOLE_ANSWERS:
        return ()
    return comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)


def impossible(script: Script) -> Iterator[Finding]:
    """Conditions that no facts can make TRUE, or none where the script is for. Where only a part is, the
    script still works: a warning."""
    for condition, path in _conditions(script):
        is_when = path == ("when",)
        level = Level.ERROR if is_when else Level.WARNING
        given = _given(script) if is_when else ()
        for place, why, whole in islice(_impossible(condition, path, given), MOST_FINDINGS):
            yield Finding(script.key, place, why, level=level if whole else Level.WARNING)


def _given(script: Script) -> Literals:
    """What lines, queues and language ask for wherever the script is looked at."""
    return tuple((place, True) for place in places(script))


def _impossible(condition: Condition, path: Path, given: Literals) -> Iterator[tuple[Path, str, bool]]:
    """The places of what can never be TRUE, why, and whether that is the whole condition."""
    found = [[*conflicts((*way, *given))] for way in ways(condition) or ()]
    if found and all(found):
        for literals in dict.fromkeys(chain.from_iterable(found)):
            yield _place(literals, condition, path), _exclusion(literals, given, path), True
        return
    for part, place in _parts(condition, path):
        yield from ((where, why, False) for where, why, _ in _impossible(part, place, given))


def _place(literals: Literals, condition: Condition, path: Path) -> Path:
    """The nearest place around these comparisons."""
    found: dict[Compare, Path] = {}
    for comparison, place in _comparisons(condition, path):
        found.setdefault(comparison, place)
    around = [found[comparison] for comparison, _ in literals if comparison in found]
    common = [level[0] for level in takewhile(lambda level: len({*level}) == 1, zip(*around, strict=False))]
    return tuple(common[:-1] if common[-1] in {"all", "any"} else common)


def _exclusion(literals: Literals, given: Literals, path: Path) -> str:
    *first, last = (f"`{_written(literal, given)}`" for literal in literals)
    if not first:
        return f"{last} can never be true; change it or take it out"
    both = "both" if len(first) == 1 else "all"
    why = f"{', '.join(first)} and {last} can never {both} be true"
    because = reason(literals)
    never = "never picked: " if path == ("when",) and set(literals) & set(given) else ""
    return f"{never}{', '.join(filter(None, [why, because]))}; change one or take it out"


_FIELDS: Mapping[str, str] = {"call.line": "lines", "call.queue": "queues", "caller.language": "language"}


def _written(literal: tuple[Compare, bool], given: Literals) -> str:
    """A comparison as it stands in the script; of what is given, the field that says so."""
    comparison, wanted = literal
    text = write(comparison, wanted)
    if literal not in given:
        return text
    return f"{_FIELDS[comparison.fact]}: {text.removeprefix(f'{comparison.fact} {comparison.operator} ')}"


def _conditions(script: Script) -> Iterator[tuple[Condition, Path]]:
    if script.when is not None:
        yield script.when, ("when",)
    for position, step in enumerate(script.steps):
        for at, branch in enumerate(step.branches):
            if branch.when is not None:
                yield branch.when, ("steps", position, "check", at, "when")


def _comparisons(condition: Condition, path: Path) -> Iterator[tuple[Compare, Path]]:
    if isinstance(condition, Compare):
        yield condition, path
    for part, place in _parts(condition, path):
        yield from _comparisons(part, place)


def _parts(condition: Condition, path: Path) -> Iterator[tuple[Condition, Path]]:
    if isinstance(condition, Not):
        yield condition.part, (*path, "not")
    elif not isinstance(condition, Compare):
        word = type(condition).__name__.lower()
        for position, part in enumerate(condition.parts):
            yield part, (*path, word, position)


class Implications:
    """Which scripts' conditions imply which others'. Of conditions with too many ways nothing is said."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        self._scripts = sorted(scripts, key=rank)
        self._mine: dict[int, list[_Way]] = {id(script): _ways(script) for script in self._scripts}
        self._whose = [script for script in self._scripts for _ in self._mine[id(script)]]
        self._demands: dict[str, dict[Literals, int]] = {}
        for place, way in enumerate(way for script in self._scripts for way in self._mine[id(script)]):
            for fact, literals in way.items():
                asked = self._demands.setdefault(fact, {})
                asked[literals] = asked.get(literals, 0) | 1 << place
        self._truths = {fact: Truths(asked) for fact, asked in self._demands.items()}
        self._demanding = {fact: union(asked.values()) for fact, asked in self._demands.items()}
        self._let_through: dict[tuple[str, Literals], int] = {}

    def implied_by(self, script: Script) -> Iterator[Script]:
        """The scripts with conditions that are TRUE wherever those of `script` are, the first to be picked
        first."""
        covered = [self._covered(way) for way in self._mine[id(script)]]
        if not covered:
            return
        tried = script
        for other in self._at(covered[0]):
            if other is not script and other is not tried and self._in_all(other, covered[1:]):
                tried = other
                yield other

    def _covered(self, by: "_Way") -> int:
        """The ways, as bits, that hold wherever the way `by` does."""
        bits = (1 << len(self._whose)) - 1
        for fact, demanding in self._demanding.items():
            bits &= ~demanding if fact not in by else self._passing(fact, by[fact])
        return bits

    def _passing(self, fact: str, by: Literals) -> int:
        """The ways that ask of a fact nothing that `by` does not say."""
        known = self._let_through.get((fact, by))
        if known is None:
            known = self._let_through[fact, by] = self._truths[fact].askers(by) | ~self._demanding[fact]
        return known

    def _at(self, bits: int) -> Iterator[Script]:
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            yield self._whose[lowest.bit_length() - 1]

    def _in_all(self, script: Script, covered: Sequence[int]) -> bool:
        return all(any(other is script for other in self._at(bits)) for bits in covered)


_Way = Mapping[str, Literals]
"""A way in which a condition can be TRUE: what it asks of which fact."""


def _ways(script: Script) -> list[_Way]:
    """Those that can be: of what never is TRUE everything would follow."""
    found = ways(script.when) if script.when is not None else ()
    return [_by_fact(way) for way in found or () if conflict((*way, *_given(script))) is None]


def _by_fact(way: Literals) -> _Way:
    found: dict[str, Literals] = {}
    for literal in way:
        found[literal[0].fact] = (*found.get(literal[0].fact, ()), literal)
    return found
