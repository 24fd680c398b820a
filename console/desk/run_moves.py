"""What an agent can do at a step of a run, and how it is known that it is done already: of two clicks the
second finds the first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from console.desk.run_actions import act
from console.desk.run_doing import Doing, Given
from console.desk.run_entry import Ground
from console.scripts.rendering import Argument
from console.web.i18n import gettext as _
from scripts_engine import run as engine
from scripts_engine.captures import CaptureError, currency_of, normalise
from scripts_engine.errors import RunError
from scripts_engine.run import Run
from scripts_engine.script import CaptureType, Script, Step
from telephony.numbers import Plan
from telephony.numbers import normalise as read_number

NOTHING_SAID = Given()


@dataclass(frozen=True, slots=True)
class Scene:
    """On which `call` a move is made, in which `version` of a script, by whom (an e-mail), and when.
    `arguments` fills in those of an action; `plan` and `currency` are for what is taken down, `zone` for what
    is promised."""

    session: AsyncSession
    ground: Ground
    author: str
    call: str
    script: Script
    version: int
    arguments: Callable[[Step, Run], dict[str, Argument]]
    plan: Plan
    currency: str
    zone: ZoneInfo
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """`make` makes it on a run that stands where the agent sees it. `is_made` is asked of one that has gone
    on from there, by one step: whether that was this move. `given` is what the agent typed or chose. After
    one that `changes_records`, what is known of the caller is read anew."""

    make: Callable[[Scene, Run], Awaitable[Run]]
    is_made: Callable[[Scene, Run, str], bool]
    given: str = ""
    changes_records: bool = False


def answered(text: str | None) -> Move:
    """The step is answered."""

    async def make(scene: Scene, run: Run) -> Run:
        return engine.answer(run, scene.script, scene.ground.facts, scene.at, _fit(scene, run, text))

    def is_made(scene: Scene, run: Run, step: str) -> bool:
        if not run.visits or run.visits[-1].step != step:
            return False
        before = engine.back(run, scene.at)
        try:
            again = engine.answer(
                before, scene.script, scene.ground.facts, scene.at, _fit(scene, before, text)
            )
        except RunError:
            return False
        return again.visits == run.visits

    return Move(make, is_made, text or "")


def went_back() -> Move:
    """To the step before."""

    async def make(scene: Scene, run: Run) -> Run:
        return engine.back(run, scene.at)

    return Move(make, _always)


def went_forward() -> Move:
    """Again to where the run stood before it was gone back from."""

    async def make(scene: Scene, run: Run) -> Run:
        return engine.forward(run, scene.script, scene.ground.facts, scene.at)

    return Move(make, _always)


def acted(given: Given = NOTHING_SAID) -> Move:
    """The step's action is taken, with what the agent says to it."""

    async def make(scene: Scene, run: Run) -> Run:
        step = scene.script.step(run.step or "")
        if step is None or step.action is None or run.result_at(step.id) is not None:
            return engine.do(run, scene.script, scene.ground.facts, scene.at, "")  # says what is wrong
        doing = Doing(
            session=scene.session,
            ground=scene.ground,
            author=scene.author,
            call=scene.call,
            script=scene.script,
            version=scene.version,
            run=run,
            given=given,
            zone=scene.zone,
            at=scene.at,
        )
        result = await act(doing, step.action, scene.arguments(step, run))
        return engine.do(run, scene.script, scene.ground.facts, scene.at, result)

    def is_made(scene: Scene, run: Run, step: str) -> bool:
        of, result = scene.script.step(step), run.result_at(step)
        expected = given.result(of.action if of else None, scene.zone)
        return result is not None and expected in {None, result}

    return Move(make, is_made, str(given), changes_records=True)


def _always(_scene: Scene, _run: Run, _step: str) -> bool:
    """Whoever goes back or forth sees where the run is: nothing of theirs is lost when it is elsewhere."""
    return True


def _fit(scene: Scene, run: Run, text: str | None) -> str | None:
    """What was typed, as it fits the call: a phone number of its country, an amount in the right currency."""
    step = scene.script.step(run.step or "")
    capture = step.capture if step else None
    if step is None or capture is None or not text:
        return text
    if capture.type is CaptureType.MONEY:
        return _in_currency(step.id, _kept(step, text), scene.currency)
    if capture.type is CaptureType.PHONE:
        return _whole_number(step.id, _kept(step, text), scene.plan)
    return text


def _kept(step: Step, text: str) -> str:
    try:
        return normalise(step.capture, text)  # type: ignore[arg-type]  # whoever asks has looked
    except CaptureError as error:
        raise RunError(step.id, str(error)) from None


def _in_currency(step: str, amount: str, expected: str) -> str:
    """The amount with its currency: who reads it later, elsewhere too, need not guess."""
    said = currency_of(amount)
    if said not in {None, expected}:
        why = _("amounts are in %(expected)s here, not in %(said)s; write it in %(expected)s",
                expected=expected, said=said)  # fmt: skip
        raise RunError(step, why)
    return amount if said else f"{amount} {expected}"


def _whole_number(step: str, text: str, plan: Plan) -> str:
    number = read_number(text, plan)
    if number.e164 is None:
        why = _("“%(number)s” is no number that can be called from %(region)s; write it with its country, "
                "such as +421 905 123 456", number=text, region=plan.region)  # fmt: skip
        raise RunError(step, why)
    return number.e164
