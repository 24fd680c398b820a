"""A run as it goes to a desk: its step filled in for the agent there, and what was answered so far. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.calls.record import RunRecord
from console.desk.picking import context_of
from console.desk.pop import Pop, PopRun, PopVisit
from console.facts.call import CallFacts, call_facts
from console.facts.knowledge import Knowledge
from console.facts.known import Known
from console.queues.directory import Agent
from console.scripts.failures import Failures
from console.scripts.rendering import Context, Renderer, spoken_answers
from console.scripts.versions import Versions
from scripts_engine.facts import Facts
from scripts_engine.run import Run
from scripts_engine.run_codec import run_from_dict
from scripts_engine.script import Script, Step
from telephony.events import Caller

MOST_ANSWERED = 50
"""Answers that stand on a desk: the last ones."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a script is shown with."""

    versions: Versions
    renderer: Renderer
    zone: ZoneInfo
    currency: str
    failures: Failures


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known at the moment at which a step is taken or shown."""

    known: Known
    of_call: CallFacts
    agent: Agent
    facts: Facts


def ground_of(pop: Pop, known: Known, agent: Agent, at: datetime, zone: ZoneInfo) -> Ground:
    """The ground of the call of a pop. Of the call itself it is known what was known when it was offered."""
    of_call = CallFacts(**pop["call_facts"]) if pop["call_facts"] else CallFacts()
    return Ground(known, of_call, agent, {**known.facts, **call_facts(of_call, at, zone)})


async def known_on(knowledge: Knowledge, pop: Pop, at: datetime) -> Known:
    """What the records say at this moment of who makes the call of a pop."""
    withheld = pop["match"] == "withheld"
    caller = Caller("" if withheld else pop["e164"] or pop["number"], withheld=withheld)
    claimed = pop["customer"]["ref"] if pop["customer"] else None
    return await knowledge.of_call(pop["link"], caller, pop["call"], at, claimed)


def context_on(ground: Ground, run: Run, script: Script) -> Context:
    """What the texts of a run's script may name at this moment."""
    return context_of(ground.known, ground.of_call, ground.agent, ground.facts, spoken_answers(run, script))


def compose_run(
    pop: Pop, record: RunRecord, script: Script, ground: Ground, *, texts: Texts, at: datetime
) -> PopRun:
    """The run on the desk of the pop. When its step fails to say what it should, its author is told."""
    tell = texts.failures.teller(record.key, record.version, at, pop["call"])
    run = run_from_dict(record.walk)
    context = context_on(ground, run, script)
    step = script.step(run.step) if run.step else None
    entry: PopRun = {
        "leg": pop["leg"],
        "call": pop["call"],
        "number": record.number,
        "revision": record.revision,
        "key": record.key,
        "title": script.title,
        "version": record.version,
        "reason": record.reason,
        "started_at": record.started_at.isoformat(),
        "step": {**texts.renderer.step(step, context, tell)} if step else None,
        "given": run.ahead[0].answer if run.ahead else None,
        "done": run.result_at(run.step),
        "ended": run.ended,
        "outcome": run.outcome,
        "answered": _answered(run, script, texts.renderer, context),
        "first": not run.visits,
        "ahead": bool(run.ahead),
        "picked": pop["script"],
        "walk": record.walk,
    }
    if script.articles:
        entry["articles"] = [*script.articles]
    return entry


def record_on(run: Mapping[str, Any]) -> RunRecord:
    """The run as it goes round, from the desk that it is on."""
    started_at = datetime.fromisoformat(run["started_at"])
    return RunRecord(
        run["number"], run["revision"], run["key"], run["version"], run["reason"], started_at, run["walk"]
    )


def _answered(run: Run, script: Script, renderer: Renderer, context: Context) -> list[PopVisit]:
    """The answers, the latest last, each with what was asked."""
    found: list[PopVisit] = []
    for visit in [visit for visit in run.visits if visit.answer is not None][-MOST_ANSWERED:]:
        step = script.step(visit.step)
        if step is not None:
            text = renderer.step(step, context)["text"]
            found.append({"step": step.id, "text": text, "kind": _kind(step), "answer": visit.answer or ""})
    return found


def _kind(step: Step) -> str:
    """By which an answer is read: the type of what was taken down, the action, or the kind of step."""
    if step.answers:
        return ""
    return str(step.capture.type if step.capture else step.action or step.kind)
