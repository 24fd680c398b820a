"""The pick among 10 to 10,000 scripts of four conditions each, with the winner's explanation, beside other
rule engines on the same rules and the same facts; and a replay of 100,000 calls beside plain evaluation.

Scripts are for few: each condition holds for about a fifth of all callers, so that of 1,000 scripts one or
two apply, or none. Where many did, those behind them would never be picked.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from scripts_engine.conditions import All, Compare, Operator
from scripts_engine.facts import Facts
from scripts_engine.replay import PastPick, Replay
from scripts_engine.script import Kind, Script, Step
from scripts_engine.selection import Index, applies, rank
from tests.bench.report import Goal, percentile, table
from tests.bench.rule_engines import (
    Picker,
    Values,
    common_expression_language,
    datalogic,
    json_logic,
    zen_engine,
)

TODAY = date(2026, 11, 21)
SIZES = (10, 100, 1_000, 10_000)
CALLS = 2_000
WARM = 100
"""Calls before the first that is measured."""

ENOUGH_S = 2.0
"""An engine is measured for so long at each size, or for CALLS."""

REPLAYED, REPLAYED_OVER = 100_000, 200
CHANGED = 20
"""Scripts that are others in the set that is tried."""

PLAIN_OF = 10
"""Of so many calls one is judged plainly, too: all of them would take minutes."""

COUNTS = ("purchases.count_30d", "purchases.late_open", "cases.open", "contacts.calls_7d", "company.people")
MONEY = ("purchases.spend_30d", "purchases.spend_365d", "company.spend_365d")
MOST, MOST_MONEY = 9, 5_000
AS_MANY = 1 / 3
"""Of the conditions on counts so many ask for one number."""

RIVALS: Mapping[str, Callable[[Sequence[Script]], Picker]] = {
    "datalogic-py": datalogic,
    "common-expression-language": common_expression_language,
    "zen-engine": zen_engine,
    "json-logic": json_logic,
}

Times = list[float]


async def run(quick: bool) -> list[Goal]:
    """Print what a pick takes; the goals are ratios at 1,000 scripts and from there to 10,000."""
    sizes, calls = ((10, 1_000), 100) if quick else (SIZES, CALLS)
    found = {size: _measure(size, calls) for size in sizes}
    names = ["Lineside", *RIVALS]
    rows = [[name, *(cell for size in sizes for cell in _cells(found[size][name]))] for name in names]
    heads = [cell for size in sizes for cell in (f"{size:,}: p50 µs", "p99 µs")]
    print(f"\nA pick among so many scripts\n\n{table([['', *heads], *rows])}")
    replayed, plain = _replay(REPLAYED // 100 if quick else REPLAYED)
    print(f"\nReplay by two sets of {REPLAYED_OVER}: {replayed:.1f} s, by plain evaluation {plain:.1f} s")
    ours = {size: percentile(found[size]["Lineside"], 0.5) for size in sizes}
    fastest = min(percentile(found[1_000][name], 0.5) for name in RIVALS)
    goals = [
        Goal("pick among 1,000: the fastest other engine over ours", fastest / ours[1_000], 10, "x", True)
    ]
    if not quick:
        goals.append(Goal("pick among 10,000 over 1,000", ours[10_000] / ours[1_000], 3, "x"))
    return [*goals, Goal("replay: plain evaluation over ours", plain / replayed, 1, "x", least=True)]


def _measure(size: int, calls: int) -> dict[str, Times]:
    scripts = sorted(make_scripts(size), key=rank)
    facts = [make_facts(seed) for seed in range(calls)]
    index = Index(scripts)
    pickers: dict[str, Picker] = {"Lineside": lambda values: _key(index, values)}
    pickers |= {name: make(scripts) for name, make in RIVALS.items()}
    found: dict[str, tuple[Times, list[str | None]]] = {
        name: _timed(pick, facts) for name, pick in pickers.items()
    }
    _all_agree(found)
    return {name: times for name, (times, _) in found.items()}


def _key(index: Index, values: Values) -> str | None:
    pick = index.pick(values, TODAY)
    return pick.script.key if pick.script else None


def _timed(pick: Picker, facts: Sequence[Values]) -> tuple[Times, list[str | None]]:
    times: Times = []
    picked: list[str | None] = []
    started = time.perf_counter()
    for values in facts[:WARM]:
        pick(values)
    for values in facts:
        begun = time.perf_counter()
        picked.append(pick(values))
        times.append(time.perf_counter() - begun)
        if len(times) > 20 and time.perf_counter() - started > ENOUGH_S:
            break
    return times, picked


def _all_agree(found: Mapping[str, tuple[Times, list[str | None]]]) -> None:
    _, ours = found["Lineside"]
    for name, (_, picked) in found.items():
        if picked != ours[: len(picked)]:
            raise AssertionError(f"{name} picks another script than Lineside")


def _cells(times: Times) -> tuple[str, str]:
    return f"{percentile(times, 0.5) * 1e6:.1f}", f"{percentile(times, 0.99) * 1e6:.1f}"


def _replay(calls: int) -> tuple[float, float]:
    """Seconds for all calls, each by two sets of scripts: compared, with the reason where they differ; and by
    judging script after script, told from a part of them."""
    scripts = make_scripts(REPLAYED_OVER)
    tried = [*make_scripts(REPLAYED_OVER + 1)[:CHANGED], *scripts[CHANGED:]]
    past = [PastPick(str(seed), TODAY, make_facts(seed)) for seed in range(calls)]
    begun = time.perf_counter()
    replay = Replay(scripts, tried)
    ours = {each.past.id: replay.reason(each) for each in map(replay.compare, past) if each.differs}
    between = time.perf_counter()
    ranked = [sorted(each, key=rank) for each in (scripts, tried)]
    part = past[::PLAIN_OF]
    plain = {each.id for each in part if len({_plain_key(found, each.facts) for found in ranked}) > 1}
    taken = (time.perf_counter() - between) * len(past) / len(part)
    if ours.keys() & {each.id for each in part} != plain:
        raise AssertionError("the replay does not agree with plain evaluation")
    return between - begun, taken


def _plain_key(ranked: Sequence[Script], facts: Facts) -> str | None:
    return next((one.key for one in ranked if applies(one, facts, TODAY)), None)


def make_scripts(size: int) -> list[Script]:
    """Scripts of four comparisons each, of priorities at random."""
    chance = random.Random(size)  # noqa: S311 - the same rules in each run
    return [
        Script(
            key=f"s{position}",
            title=f"Script {position}",
            steps=(Step(id="a", kind=Kind.SAY, text="x", end="done"),),
            when=All(tuple(_comparison(fact, chance) for fact in chance.sample((*COUNTS, *MONEY), 4))),
            priority=chance.randint(0, 100),
        )
        for position in range(size)
    ]


def _comparison(fact: str, chance: random.Random) -> Compare:
    top = MOST_MONEY if fact in MONEY else MOST
    if fact in COUNTS and chance.random() < AS_MANY:
        return Compare(fact, Operator.EQUAL, chance.randint(0, top))
    few = chance.randint(0, top * 2 // 5)
    if chance.random() < 1 / 2:
        return Compare(fact, chance.choice((Operator.AT_LEAST, Operator.GREATER)), top - few)
    return Compare(fact, chance.choice((Operator.AT_MOST, Operator.LESS)), few)


def make_facts(seed: int) -> dict[str, float]:
    """Facts of one call."""
    chance = random.Random(seed)  # noqa: S311 - the same calls in each run
    money = {fact: round(chance.uniform(0, MOST_MONEY), 2) for fact in MONEY}
    return {fact: chance.randint(0, MOST) for fact in COUNTS} | money
