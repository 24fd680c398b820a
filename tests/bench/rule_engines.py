"""The pick by other rule engines: the same rules, each in the way that makes it fastest.

A rule is four comparisons of facts with numbers; all must hold.
"""

import json
from collections.abc import Callable, Mapping, Sequence

import cel
import zen
from datalogic_py import DataHandle, Engine
from json_logic import jsonLogic

from scripts_engine.conditions import All, Compare
from scripts_engine.script import Script

Values = Mapping[str, float]
Picker = Callable[[Values], str | None]
"""Facts in, the key of the first rule that holds out."""


def comparisons_of(script: Script) -> list[Compare]:
    """The four comparisons."""
    assert isinstance(script.when, All)
    return [part for part in script.when.parts if isinstance(part, Compare)]


def _name(fact: str) -> str:
    """A fact as all of them can name it."""
    return fact.replace(".", "_")


def _named(values: Values) -> dict[str, float]:
    return {_name(fact): value for fact, value in values.items()}


def _json_logic(script: Script) -> dict[str, object]:
    return {
        "and": [
            {"==" if one.operator == "=" else str(one.operator): [{"var": _name(one.fact)}, one.value]}
            for one in comparisons_of(script)
        ]
    }


def datalogic(scripts: Sequence[Script]) -> Picker:
    """One chain of `if`, compiled once: a single call into Rust for each pick."""
    engine = Engine()
    chain = [part for script in scripts for part in (_json_logic(script), script.key)]
    rule, session = engine.compile({"if": [*chain, None]}), engine.session()

    def pick(values: Values) -> str | None:
        found: str | None = session.evaluate_data(rule, DataHandle(json.dumps(_named(values))))
        return found

    return pick


def json_logic(scripts: Sequence[Script]) -> Picker:
    """Rule by rule, as it has nothing to compile."""
    rules = [(script.key, _json_logic(script)) for script in scripts]

    def pick(values: Values) -> str | None:
        named = _named(values)
        return next((key for key, rule in rules if jsonLogic(rule, named)), None)

    return pick


def common_expression_language(scripts: Sequence[Script]) -> Picker:
    """One compiled program for each rule, and one context for all of them."""
    programs = [
        (script.key, cel.compile(" && ".join(map(_cel, comparisons_of(script))))) for script in scripts
    ]

    def pick(values: Values) -> str | None:
        context = cel.Context(variables=_named(values))
        return next((key for key, program in programs if program.execute(context)), None)

    return pick


def _cel(one: Compare) -> str:
    operator = "==" if one.operator == "=" else one.operator
    return f"{_name(one.fact)} {operator} {float(one.value)}"  # type: ignore[arg-type] # all are numbers


def zen_engine(scripts: Sequence[Script]) -> Picker:
    """One decision table that stops at the first row that holds."""
    facts = sorted({one.fact for script in scripts for one in comparisons_of(script)})
    decision = zen.ZenEngine().create_decision(json.dumps(_decision(scripts, facts)))

    def pick(values: Values) -> str | None:
        found: str | None = decision.evaluate(_named(values))["result"].get("key")
        return found

    return pick


def _decision(scripts: Sequence[Script], facts: Sequence[str]) -> dict[str, object]:
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": fact, "name": fact, "field": _name(fact)} for fact in facts],
        "outputs": [{"id": "key", "name": "key", "field": "key"}],
        "rules": [_row(script, facts) for script in scripts],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def _row(script: Script, facts: Sequence[str]) -> dict[str, str]:
    cells = {
        one.fact: f"{'==' if one.operator == '=' else one.operator} {one.value}"
        for one in comparisons_of(script)
    }
    row = {fact: cells.get(fact, "").removeprefix("== ") for fact in facts}
    return {"_id": script.key, **row, "key": json.dumps(script.key)}
