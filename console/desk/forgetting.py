"""Takes customers out of pops who were erased. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from console.desk.pop import Pop

ERASED = "The caller was erased"

NOBODY: Mapping[str, Any] = {
    "number": "",
    "e164": None,
    "twin": None,
    "match": "none",
    "match_why": ERASED,
    "match_steps": [ERASED],
    "set_aside": [],
    "number_label": None,
    "customer": None,
    "candidates": [],
    "candidates_in_all": 0,
    "orders": [],
    "late_orders": 0,
    "cases": [],
    "callbacks": [],
    "offers": [],
    "calls_7d": None,
    "repeat_today": False,
    "last_call_at": None,
    "learnt": [],
    "caller_name": "",
    "script": None,
    "packet": None,
    "handed": "",
    "answers": [],
}
"""What the pop of a call that still goes on says instead of its caller."""


def customers_of(pop: Pop) -> set[str]:
    """The keys of the customers that a pop names."""
    others = {each["ref"] for each in (*pop["candidates"], *pop["set_aside"], *pop["learnt"])}
    return others | ({pop["customer"]["ref"]} if pop["customer"] else set())


def without(pop: Pop, refs: Collection[str]) -> Mapping[str, Any]:
    """Who may be calling, and what agents said of it, without these customers."""
    candidates = [each for each in pop["candidates"] if each["ref"] not in refs]
    return {
        "candidates": candidates,
        "candidates_in_all": pop["candidates_in_all"] - len(pop["candidates"]) + len(candidates),
        "set_aside": [each for each in pop["set_aside"] if each["ref"] not in refs],
        "learnt": [each for each in pop["learnt"] if each["ref"] not in refs],
    }
