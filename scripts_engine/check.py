"""The linter: what is wrong, or probably not meant, in scripts that can be read.

What stops a script from working is an error. What is only odd, or depends on scripts that are not here, is a
warning: scripts may come in several files.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from scripts_engine.conditions import Compare, Condition, Not
from scripts_engine.errors import Finding, Level, Path
from scripts_engine.facts import nearest_name
from scripts_engine.notation import NotationError
from scripts_engine.notation import check as check_comparison
from scripts_engine.script import LINES, Kind, Script, Step
from scripts_engine.selection import rank


def check(scripts: Iterable[Script]) -> list[Finding]:
    """Everything found, script by script; what concerns several of them comes last."""
    scripts = list(scripts)
    return [finding for script in scripts for finding in check_script(script)] + check_together(scripts)


def check_together(scripts: Sequence[Script]) -> list[Finding]:
    """What is found when scripts are looked at side by side."""
    return [*_duplicate_keys(scripts), *_never_picked(scripts), *_missing_fallbacks(scripts)]


def check_script(script: Script) -> list[Finding]:
    """What is found in one script by itself."""
    lost = list(_unknown_steps(script))
    return [
        *_wrong_comparisons(script),
        *_duplicate_steps(script),
        *lost,
        *_dead_ends(script),
        *([] if lost else _unreachable(script)),  # a step that nothing leads to may be the one that was meant
    ]


def _wrong_comparisons(script: Script) -> Iterator[Finding]:
    for condition, path in _conditions(script):
        for comparison, place in _comparisons(condition, path):
            try:
                check_comparison(comparison)
            except NotationError as error:
                yield Finding(script.key, place, error.why, error.nearest)


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
    elif isinstance(condition, Not):
        yield from _comparisons(condition.part, (*path, "not"))
    else:
        word = type(condition).__name__.lower()
        for position, part in enumerate(condition.parts):
            yield from _comparisons(part, (*path, word, position))


def _duplicate_steps(script: Script) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, step in enumerate(script.steps):
        if step.id in seen:
            yield Finding(script.key, ("steps", position, "id"), f'there already is a step "{step.id}"')
        seen.add(step.id)


def _unknown_steps(script: Script) -> Iterator[Finding]:
    names = [step.id for step in script.steps]
    for position, step in enumerate(script.steps):
        for place, onwards in step.ways():
            if onwards not in names:
                path = ("steps", position, *place)
                yield Finding(script.key, path, f'there is no step "{onwards}"', nearest_name(onwards, names))


def _dead_ends(script: Script) -> Iterator[Finding]:
    for position, step in enumerate(script.steps):
        path: Path = ("steps", position)
        if step.end is None and not any(True for _ in step.ways()):
            yield Finding(script.key, path, f'the step "{step.id}" leads nowhere; give it "next" or "end"')
        elif step.kind is Kind.CHECK and step.next is None and all(branch.when for branch in step.branches):
            why = f'the check "{step.id}" leads nowhere when none of its conditions holds; give it "next"'
            yield Finding(script.key, path, why)


def _unreachable(script: Script) -> Iterator[Finding]:
    by_id = {step.id: step for step in reversed(script.steps)}
    reached = _reached(script.steps[0], by_id) if script.steps else set()
    for position, step in enumerate(script.steps):
        if step.id not in reached:
            yield Finding(script.key, ("steps", position), f'no step leads to "{step.id}"')


def _reached(first: Step, by_id: dict[str, Step]) -> set[str]:
    reached: set[str] = set()
    waiting = [first.id]
    while waiting:
        step = by_id.get(waiting.pop())
        if step is not None and step.id not in reached:
            reached.add(step.id)
            waiting += [onwards for _, onwards in step.ways()]
    return reached


def _duplicate_keys(scripts: Sequence[Script]) -> Iterator[Finding]:
    for key, times in Counter(script.key for script in scripts).items():
        if times > 1:
            yield Finding(key, ("script",), f"there are {times} scripts with this key")


def _never_picked(scripts: Sequence[Script]) -> Iterator[Finding]:
    always = [script for script in scripts if script.when is None]
    for script in scripts:
        for winner in always:
            if rank(winner) < rank(script) and _covers(winner, script):
                why = f'never picked: "{winner.key}" has no conditions and always comes first'
                yield Finding(script.key, ("priority",), why, level=Level.WARNING)
                break


def _covers(winner: Script, script: Script) -> bool:
    """Whether `winner` applies wherever and whenever `script` may."""
    return (
        _holds_all(winner.lines, script.lines)
        and _holds_all(winner.queues, script.queues)
        and winner.language in (None, script.language)
        and (winner.starts_on or date.min) <= (script.starts_on or date.min)
        and (winner.ends_on or date.max) >= (script.ends_on or date.max)
    )


def _holds_all(wider: Sequence[object], narrower: Sequence[object]) -> bool:
    return not wider or (bool(narrower) and set(narrower) <= set(wider))


def _missing_fallbacks(scripts: Sequence[Script]) -> Iterator[Finding]:
    for line in LINES:
        everywhere = Script(key="", title="", steps=(), lines=(line,))
        if not any(script.when is None and _covers(script, everywhere) for script in scripts):
            why = f"no script always applies on line {line}, so some calls get none; add one without `when`"
            yield Finding("fallback", (), why, level=Level.WARNING)
