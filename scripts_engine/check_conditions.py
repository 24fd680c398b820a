"""The linter's part for conditions: comparisons that are wrong, conditions that can never be TRUE, and
scripts whose conditions imply another's."""

from collections.abc import Iterator, Sequence

from scripts_engine.conditions import Compare, Condition, Literals, Not
from scripts_engine.errors import Finding, Level, Path
from scripts_engine.facts import ANSWER, nearest_name
from scripts_engine.notation import NotationError, check, write
from scripts_engine.possible import KNOWN, conflict, implied, ways
from scripts_engine.script import Script


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


def impossible(script: Script) -> Iterator[Finding]:
    """Conditions that no facts can make TRUE. Where only a part is, the script still works: a warning."""
    for condition, path in _conditions(script):
        level = Level.ERROR if path == ("when",) else Level.WARNING
        for place, why, whole in _impossible(condition, path):
            yield Finding(script.key, place, why, level=level if whole else Level.WARNING)


def _impossible(condition: Condition, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """The places of what can never be TRUE, why, and whether that is the whole condition."""
    found = ways(condition)
    conflicts = [conflict(way) for way in found or ()]
    if conflicts and None not in conflicts:
        yield path, _exclusion(conflicts[0] or ()), True
        return
    for part, place in _parts(condition, path):
        yield from ((where, why, False) for where, why, _ in _impossible(part, place))


def _exclusion(literals: Literals) -> str:
    *first, last = (f"`{write(comparison, wanted)}`" for comparison, wanted in literals)
    if not first:
        return f"{last} can never be true; change it or take it out"
    because = ", because nothing is known of a caller who is not known" if _nobody(literals) else ""
    both = "both" if len(first) == 1 else "all"
    return f"{', '.join(first)} and {last} can never {both} be true{because}; change one or take it out"


def _nobody(literals: Literals) -> bool:
    return (
        len({comparison.fact for comparison, _ in literals} - {KNOWN}) == 1 and literals[0][0].fact == KNOWN
    )


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
        self._ways = {id(script): _ways(script) for script in scripts}
        self._by_facts: dict[frozenset[str], list[Script]] = {}
        for script in scripts:
            for facts in {facts for facts, _ in self._ways[id(script)]}:
                self._by_facts.setdefault(facts, []).append(script)

    def implied_by(self, script: Script) -> Iterator[Script]:
        """The scripts with conditions that are TRUE wherever those of `script` are."""
        mine = self._ways[id(script)]
        asked = mine[0][0] if mine else frozenset()
        for facts, others in self._by_facts.items():
            if facts <= asked:
                yield from (other for other in others if other is not script and self._implied(other, mine))

    def _implied(self, other: Script, mine: Sequence["_Way"]) -> bool:
        others = self._ways[id(other)]
        return all(any(_covered(way, by) for way in others) for by in mine)


_Way = tuple[frozenset[str], Literals]
"""A way in which a condition can be TRUE, and the facts that it asks for."""


def _ways(script: Script) -> list[_Way]:
    found = ways(script.when) if script.when is not None else None
    return [(frozenset(comparison.fact for comparison, _ in way), way) for way in found or ()]


def _covered(way: _Way, by: _Way) -> bool:
    return way[0] <= by[0] and all(implied(literal, by[1]) for literal in way[1])
