"""The rules as data: `tests/cases/rules.toml`, written from the contract."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from scripts_engine.conditions import Operator, comparisons
from scripts_engine.facts import ATTRIBUTE, CATALOGUE, FactValue
from scripts_engine.script import Script
from scripts_engine.selection import Index
from tests.scripts_engine.making import TODAY, script

FILE = Path(__file__).parents[1] / "cases" / "rules.toml"
CASES: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]


def scripts_of(case: dict[str, Any]) -> list[Script]:
    if "when" in case:
        return [script("chosen", case["when"]), script("fallback")]
    return [script(key, **fields) for key, fields in case["scripts"].items()]


def fact_of(value: Any) -> FactValue:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_script_and_what_is_said(case: dict[str, Any]) -> None:
    facts = {name: fact_of(value) for name, value in case["facts"].items()}
    pick = Index(scripts_of(case)).pick(facts, TODAY)
    assert (pick.script.key if pick.script else "") == case.get("pick", "chosen")
    if "sentence" in case:
        assert pick.sentence == case["sentence"]
    if "runner_up" in case:
        assert (pick.runner_up.key if pick.runner_up else "") == case["runner_up"]


def test_every_fact_and_every_operator_is_in_the_cases() -> None:
    used = [one for case in CASES for each in scripts_of(case) for one in comparisons(each.when)]
    names = {one.fact for one in used}
    assert {name for name in names if not name.startswith(ATTRIBUTE)} == set(CATALOGUE)
    assert {one.operator for one in used} == set(Operator)
    assert len({case["name"] for case in CASES}) == len(CASES) >= 80
