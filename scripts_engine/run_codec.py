"""A run to a plain dict (which a database or a wire holds) and back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from scripts_engine.run import Done, Run, Stay, Visit

Document = dict[str, Any]


def run_to_dict(run: Run) -> Document:
    """The run as plain dicts, lists and texts; moments in ISO 8601."""
    return {
        "script": run.script,
        "step": run.step,
        "since": run.since.isoformat(),
        "visits": [{"step": visit.step, "answer": visit.answer} for visit in run.visits],
        "ahead": [{"step": visit.step, "answer": visit.answer} for visit in run.ahead],
        "stays": [_stay_to_dict(stay) for stay in run.stays],
        "done": [{"step": done.step, "action": done.action, "result": done.result} for done in run.done],
        "outcome": run.outcome,
    }


def run_from_dict(document: Mapping[str, Any]) -> Run:
    """The run that `run_to_dict` wrote."""
    return Run(
        script=document["script"],
        step=document["step"],
        since=datetime.fromisoformat(document["since"]),
        visits=_visits(document["visits"]),
        ahead=_visits(document["ahead"]),
        stays=tuple(_stay(each) for each in document["stays"]),
        done=tuple(Done(each["step"], each["action"], each["result"]) for each in document["done"]),
        outcome=document["outcome"],
    )


def without_answers(document: Mapping[str, Any]) -> Document:
    """The run without anything that was answered, taken down or done: where it went, and when, stays."""
    return {
        **document,
        "visits": [{**visit, "answer": None} for visit in document["visits"]],
        "ahead": [],
        "done": [],
    }


def _visits(found: Sequence[Mapping[str, Any]]) -> tuple[Visit, ...]:
    return tuple(Visit(each["step"], each["answer"]) for each in found)


def _stay_to_dict(stay: Stay) -> Document:
    return {"step": stay.step, "since": stay.since.isoformat(), "until": stay.until.isoformat()}


def _stay(found: Mapping[str, Any]) -> Stay:
    return Stay(found["step"], datetime.fromisoformat(found["since"]), datetime.fromisoformat(found["until"]))
