"""One walk through a script: a value that `start`, `answer`, `back` and `forward` return anew.

Check steps are passed by themselves, on the facts and on what was answered so far: a run stands at a step
that the agent sees, or has ended. Going back keeps the answers, and going forward gives them again; another
answer drops what followed, unless it leads the same way. What was done is never done again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from scripts_engine.captures import CaptureError, normalise, value_of
from scripts_engine.conditions import evaluate
from scripts_engine.errors import RunError
from scripts_engine.facts import ANSWER, Facts, FactValue
from scripts_engine.script import CaptureType, Kind, Script, Step

CONFIRMED = "confirmed"
"""The answer to a disclosure: it was read out."""

MOST_VISITS = 500
"""Steps of one run: a script may go in circles, but not for ever."""

MOST_STAYS = 1_000
"""Stays that a run remembers: whoever goes back and forth more often is still told the last ones."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A step that was left, with the answer given there (None where nothing was asked or done)."""

    step: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A while at a step. One that was come back to was stayed at more than once."""

    step: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """An action that was taken at a step, with what came of it."""

    step: str
    action: str
    result: str


@dataclass(frozen=True, slots=True)
class Run:
    """Where a walk through the script called `script` stands, and `since` when: at `step`, or nowhere any
    more (None). It has ended there, and at a step that is nothing but an end, with `outcome`.

    `visits` lead there; those `ahead` were gone back from, this step's first. `stays` is all that happened,
    in order; `done` the actions that were taken.
    """

    script: str
    step: str | None
    since: datetime
    visits: tuple[Visit, ...] = ()
    ahead: tuple[Visit, ...] = ()
    stays: tuple[Stay, ...] = ()
    done: tuple[Done, ...] = ()
    outcome: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing comes any more."""
        return self.step is None or self.outcome is not None

    @property
    def given(self) -> str | None:
        """What was answered at this step before it was come back to, or was done there."""
        return self.ahead[0].answer if self.ahead else self.result_at(self.step)

    def result_at(self, step: str | None) -> str | None:
        """What came of the action of a step; None when it was not taken."""
        return next((done.result for done in self.done if done.step == step), None)


def start(script: Script, facts: Facts, at: datetime) -> Run:
    """A run at the first step that the agent sees."""
    return _enter(Run(script.key, None, at), script, script.steps[0].id, facts)


def first_step(script: Script, facts: Facts) -> Step | None:
    """The step at which a run starts; None when there is none for these facts."""
    return _passed(script, script.steps[0].id, facts)


def answer(run: Run, script: Script, facts: Facts, at: datetime, text: str | None = None) -> Run:
    """The run after the agent is done with its step. `text` is the chosen answer, what was taken down, or
    CONFIRMED; at an action it goes on without taking it.

    Raises RunError when the run has ended, or the step does not offer this answer.
    """
    step = _standing(run, script)
    return _leave(run, script, Visit(step.id, _answer(run, step, text)), facts, at)


def do(run: Run, script: Script, facts: Facts, at: datetime, result: str) -> Run:
    """The run after its step's action was taken, with what came of it.

    Raises RunError when the step is no action, or was taken before.
    """
    step = _standing(run, script)
    if step.action is None:
        raise RunError(step.id, "there is nothing to do at this step")
    if run.result_at(step.id) is not None:
        raise RunError(step.id, "this was done already")
    acted = replace(run, done=(*run.done, Done(step.id, str(step.action), result)))
    return _leave(acted, script, Visit(step.id, result), facts, at)


def back(run: Run, at: datetime) -> Run:
    """The run at the step before, its answer kept. Raises RunError at the first one."""
    if not run.visits:
        raise RunError(run.step or run.script, "this is the first step")
    last = run.visits[-1]
    left = _stayed(run, at)
    return replace(left, step=last.step, visits=run.visits[:-1], ahead=(last, *run.ahead), outcome=None)


def forward(run: Run, script: Script, facts: Facts, at: datetime) -> Run:
    """The run with the answer given again that was gone back from. Raises RunError when there is none."""
    if not run.ahead:
        raise RunError(run.step or run.script, "nothing was gone back from")
    return _leave(run, script, run.ahead[0], facts, at)


def given_answers(run: Run, script: Script) -> Iterator[tuple[str, CaptureType | None, str]]:
    """What was answered and taken down on the way to here, in order: under which name (the capture's, or the
    step's id), of which type, and as it is kept."""
    for visit in run.visits:
        step = script.step(visit.step)
        if step is not None and visit.answer is not None:
            if step.capture is not None:
                yield step.capture.name, step.capture.type, visit.answer
            elif step.answers:
                yield step.id, None, visit.answer


def answers(run: Run, script: Script) -> dict[str, int | float | str]:
    """The answers by name, as conditions compare them."""
    return {name: value_of(kind, kept) if kind else kept for name, kind, kept in given_answers(run, script)}


def seconds_at(run: Run) -> dict[str, float]:
    """How long the run stood at each step before it was left, in the order of first standing there."""
    found: dict[str, float] = {}
    for stay in run.stays:
        lasted = max(0.0, (stay.until - stay.since).total_seconds())
        found[stay.step] = found.get(stay.step, 0.0) + lasted
    return found


def _standing(run: Run, script: Script) -> Step:
    step = script.step(run.step) if run.step else None
    if step is None or run.ended:
        raise RunError(run.step or run.script, "the run has ended")
    return step


def _answer(run: Run, step: Step, text: str | None) -> str | None:
    """What is kept of an answer, where the step offers it."""
    if step.answers:
        if text not in [choice.text for choice in step.answers]:
            offered = ", ".join(choice.text for choice in step.answers)
            raise RunError(step.id, f"{text!r} is not one of the answers {offered}")
        return text
    if step.capture is not None:
        try:
            return normalise(step.capture, text or "")
        except CaptureError as error:
            raise RunError(step.id, str(error)) from None
    if step.kind is Kind.DISCLOSE and text != CONFIRMED:
        raise RunError(step.id, "confirm that this was read out before going on")
    if step.kind is not Kind.DISCLOSE and text is not None:
        raise RunError(step.id, "nothing is asked at this step")
    return run.result_at(step.id) if step.action else text


def _leave(run: Run, script: Script, visit: Visit, facts: Facts, at: datetime) -> Run:
    """Leave the step where the run stands as the visit says."""
    step = _standing(run, script)
    if len(run.visits) >= MOST_VISITS:
        raise RunError(step.id, f"a run has up to {MOST_VISITS} steps: go back, or take another script")
    left = replace(_stayed(run, at), visits=(*run.visits, visit), ahead=run.ahead[1:])
    onwards = next((choice.next for choice in step.answers if choice.text == visit.answer), step.next)
    if onwards is None:
        return replace(left, step=None, ahead=(), outcome=step.end)
    return _enter(left, script, onwards, facts)


def _stayed(run: Run, at: datetime) -> Run:
    stays = (*run.stays, Stay(run.step, run.since, at)) if run.step else run.stays
    return replace(run, since=at, stays=stays[-MOST_STAYS:])


def _enter(run: Run, script: Script, step_id: str, facts: Facts) -> Run:
    step = _passed(script, step_id, _with_answers(facts, run, script))
    entered = step.id if step else None
    same_way = bool(run.ahead) and run.ahead[0].step == entered
    outcome = step.end if step and step.kind is Kind.END else None
    return replace(run, step=entered, ahead=run.ahead if same_way else (), outcome=outcome)


def _with_answers(facts: Facts, run: Run, script: Script) -> Mapping[str, FactValue]:
    return {**facts, **{ANSWER + name: value for name, value in answers(run, script).items()}}


def _passed(script: Script, step_id: str, facts: Facts) -> Step | None:
    """The step that is come to through checks; None where these lead nowhere, or to each other."""
    passed: set[str] = set()
    step = script.step(step_id)
    while step is not None and step.kind is Kind.CHECK:
        if step.id in passed:
            return None
        passed.add(step.id)
        step = script.step(_branch(step, facts) or "")
    return step


def _branch(step: Step, facts: Facts) -> str | None:
    for branch in step.branches:
        if branch.when is None or evaluate(branch.when, facts) is True:
            return branch.next
    return step.next
