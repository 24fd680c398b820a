"""One walk through a script: a value that `start`, `answer` and `back` return anew.

Check steps are passed by themselves, on the facts: a run stands at a step that the agent sees, or has ended.
"""

from dataclasses import dataclass, replace

from scripts_engine.conditions import evaluate
from scripts_engine.errors import RunError
from scripts_engine.facts import Facts
from scripts_engine.script import Kind, Script, Step


@dataclass(frozen=True, slots=True)
class Visit:
    """A step that was left, with the answer given there (None where nothing is asked)."""

    step: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Where a walk through the script called `script` stands: at `step`, or (None) ended with `outcome`."""

    script: str
    step: str | None
    visits: tuple[Visit, ...] = ()
    outcome: str | None = None


def start(script: Script, facts: Facts) -> Run:
    """A run at the first step that the agent sees."""
    return _enter(Run(script.key, None), script, script.steps[0].id, facts)


def answer(run: Run, script: Script, facts: Facts, text: str | None = None) -> Run:
    """The run after the agent is done with its step. `text` is the chosen answer or what was taken down.

    Raises RunError when the run has ended, or the step does not offer this answer.
    """
    step = script.step(run.step) if run.step else None
    if step is None:
        raise RunError(run.step or run.script, "the run has ended")
    onwards = _onwards(step, text)
    left = replace(run, visits=(*run.visits, Visit(step.id, text)))
    if onwards is None:
        return replace(left, step=None, outcome=step.end)
    return _enter(left, script, onwards, facts)


def back(run: Run) -> Run:
    """The run at the step before. Raises RunError at the first one."""
    if not run.visits:
        raise RunError(run.step or run.script, "this is the first step")
    return replace(run, step=run.visits[-1].step, visits=run.visits[:-1], outcome=None)


def _onwards(step: Step, text: str | None) -> str | None:
    if step.answers:
        chosen = [choice.next for choice in step.answers if choice.text == text]
        if not chosen:
            offered = ", ".join(choice.text for choice in step.answers)
            raise RunError(step.id, f"{text!r} is not one of the answers {offered}")
        return chosen[0]
    if step.capture is not None and not text:
        raise RunError(step.id, f"{step.capture.name} is still to be asked for")
    return step.next


def _enter(run: Run, script: Script, step_id: str, facts: Facts) -> Run:
    passed: set[str] = set()
    step = script.step(step_id)
    while step is not None and step.kind is Kind.CHECK and step.id not in passed:
        passed.add(step.id)
        step = script.step(_branch(step, facts) or "")
    if step is None or step.kind is Kind.CHECK:  # nowhere to go, or checks that lead to each other
        return replace(run, step=None, outcome=None)
    return replace(run, step=step.id)


def _branch(step: Step, facts: Facts) -> str | None:
    for branch in step.branches:
        if branch.when is None or evaluate(branch.when, facts) is True:
            return branch.next
    return step.next
