"""The linter: what is wrong, or probably not meant, in scripts that can be read.

What stops a script from working is an error. What is only odd, or depends on scripts that are not here, is a
warning: scripts may come in several files.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from scripts_engine.check_actions import wrong_arguments
from scripts_engine.check_conditions import Implications, impossible, wrong_comparisons
from scripts_engine.errors import Finding, Level, Path
from scripts_engine.facts import nearest_name
from scripts_engine.reading import MOST_FINDINGS
from scripts_engine.script import LINES, Kind, Script
from scripts_engine.selection import rank

MOST_NAMED = 5
"""Steps of a loop that are named; the others are counted."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")

ABOVE = "give this one a higher priority"


def check(scripts: Iterable[Script]) -> list[Finding]:
    """Everything found, script by script; what concerns several of them comes last."""
    scripts = list(scripts)
    return [finding for script in scripts for finding in check_script(script)] + check_together(scripts)


def check_together(scripts: Sequence[Script], unread: Collection[str] = ()) -> list[Finding]:
    """What is found when scripts are looked at side by side. Of those with `unread` keys it is not known when
    they apply: they keep no other from being picked."""
    read = [script for script in scripts if script.key not in unread]
    return [*_duplicate_keys(scripts), *_never_picked(read), *missing_fallbacks(scripts)]


def check_script(script: Script) -> list[Finding]:
    """What is found in one script by itself."""
    wrong = list(wrong_comparisons(script))
    lost = list(islice(_unknown_steps(script), MOST_FINDINGS))  # looking for the nearest name takes its time
    return [
        *_odd_language(script),
        *(wrong or impossible(script)),
        *_duplicate_steps(script),
        *lost,
        *_dead_ends(script),
        *wrong_arguments(script),
        # A step that nothing leads to, and the way out of a loop, may be what was meant by an unknown step.
        *([] if lost else [*_unreachable(script), *_endless(script)]),
    ]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is beside the scripts that they may name: the keys of articles, and the names of queues.
    None leaves open which there are."""

    articles: Collection[str] | None = None
    queues: Collection[str] | None = None


ANYWHERE = Surroundings()
"""Nothing is known of what there is."""


def check_named(script: Script, there: Surroundings) -> Iterator[Finding]:
    """Articles and queues that a script names and that there are not."""
    if there.articles is not None:
        why = 'there is no article "{}", or not any more; write it, or take it out'
        yield from _not_there(script, "articles", script.articles, there.articles, why)
    if there.queues:
        why = 'there is no queue "{}" here; write its name as the phone system does, or set it up'
        queues = {name.casefold() for name in there.queues}
        yield from _not_there(script, "queues", script.queues, queues, why)


def _not_there(
    script: Script, field: str, named: Sequence[str], known: Collection[str], why: str
) -> Iterator[Finding]:
    for position, name in enumerate(named):
        if name not in known and name.casefold() not in known:
            near = nearest_name(name, list(known))
            yield Finding(script.key, (field, position), why.format(name), near, level=Level.WARNING)


def _odd_language(script: Script) -> Iterator[Finding]:
    if script.language is not None and not _LANGUAGE.fullmatch(script.language):
        why = (
            f'a language is written as sk or en-GB: callers have "{script.language}" only if their records '
            "say it with that word"
        )
        yield Finding(script.key, ("language",), why, level=Level.WARNING)


def _duplicate_steps(script: Script) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, step in enumerate(script.steps):
        if step.id in seen:
            yield Finding(
                script.key,
                ("steps", position, "id"),
                f'there already is a step "{step.id}"; give this one another id',
            )
        seen.add(step.id)


def _unknown_steps(script: Script) -> Iterator[Finding]:
    names = list({step.id: None for step in script.steps})
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
    reached = _reached(script)
    for position, step in enumerate(script.steps):
        if step.id not in reached:
            yield Finding(
                script.key,
                ("steps", position),
                f'no step leads to "{step.id}"; lead there from another step, or take it out',
            )


def _endless(script: Script) -> Iterator[Finding]:
    """Loops without a way out. A dead end is one: it is told as what it is."""
    out = _ways_out(script)
    lost = [step.id for step in script.steps if step.id in _reached(script) and step.id not in out]
    if lost:
        position = [step.id for step in script.steps].index(lost[0])
        names = ", ".join(f'"{name}"' for name in lost[:MOST_NAMED])
        more = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
        why = f'from here the script never ends: {names}{more} lead only to each other; give one an "end"'
        yield Finding(script.key, ("steps", position), why)


def _reached(script: Script) -> set[str]:
    by_id = {step.id: step for step in reversed(script.steps)}
    reached: set[str] = set()
    waiting = [step.id for step in script.steps[:1]]
    while waiting:
        step = by_id.get(waiting.pop())
        if step is not None and step.id not in reached:
            reached.add(step.id)
            waiting += [onwards for _, onwards in step.ways()]
    return reached


def _ways_out(script: Script) -> set[str]:
    """The steps from which a step without a way on can be reached."""
    before: dict[str, list[str]] = {}
    for step in script.steps:
        for _, onwards in step.ways():
            before.setdefault(onwards, []).append(step.id)
    out: set[str] = set()
    waiting = [step.id for step in script.steps if not any(True for _ in step.ways())]
    while waiting:
        found = waiting.pop()
        if found not in out:
            out.add(found)
            waiting += before.get(found, ())
    return out


def _duplicate_keys(scripts: Sequence[Script]) -> Iterator[Finding]:
    for key, times in Counter(script.key for script in scripts).items():
        if times > 1:
            yield Finding(
                key,
                ("script",),
                f"there are {times} scripts with this key; keep one, or give the others keys of their own",
            )


def _never_picked(scripts: Sequence[Script]) -> Iterator[Finding]:
    always = _first_of_each_place(script for script in scripts if script.when is None)
    implications = Implications(scripts)
    for script in scripts:
        mine = rank(script)
        for winner in chain(always, implications.implied_by(script)):
            if rank(winner) < mine and _covers(winner, script):
                yield Finding(script.key, ("priority",), _always_beaten(winner), level=Level.WARNING)
                break


def _first_of_each_place(scripts: Iterable[Script]) -> list[Script]:
    """Of scripts for the same lines, queues, language and days, the one that is tried first."""
    found: dict[object, Script] = {}
    for script in sorted(scripts, key=rank):
        days = (script.starts_on, script.ends_on)
        found.setdefault((script.lines, script.queues, script.language, days), script)
    return list(found.values())


def _always_beaten(winner: Script) -> str:
    if winner.when is None:
        return f'never picked: "{winner.key}" has no conditions and always comes first; {ABOVE}'
    return f'never picked: wherever this applies, "{winner.key}" applies, too, and comes first; {ABOVE}'


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


def missing_fallbacks(scripts: Sequence[Script]) -> Iterator[Finding]:
    """Lines on which no script always applies. It concerns no script in particular."""
    for line in LINES:
        everywhere = Script(key="", title="", steps=(), lines=(line,))
        if not any(script.when is None and _covers(script, everywhere) for script in scripts):
            why = f"no script always applies on line {line}, so some calls get none; add one without `when`"
            yield Finding("fallback", (), why, level=Level.WARNING)
