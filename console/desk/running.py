"""Scripts are walked through at the desk: a step is stored first, then shown in all tabs of the agent.

Each call is in one run, pinned to one version of one script. Whoever takes a step says where they saw the run
(`Stand`): when it has gone on since, nothing is overwritten, and the desk shows where it is.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import is_erased
from console.calls.models import StoredRun
from console.calls.record import RunRecord
from console.calls.runs import newest_run, record_of
from console.cases.news import announce as announce_case
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.actions import pop_on_desk
from console.desk.learning_news import announce
from console.desk.pop import RUN_PREFIX, Pop
from console.desk.run_entry import Ground, Texts, compose_run, context_on, ground_of, known_on
from console.desk.run_moves import Move, Scene
from console.desk.screens import desk_topic
from console.errors import ForbiddenError, InvalidError, OutdatedError, Problem
from console.facts.knowledge import Knowledge
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.queues.directory import Agent
from console.scripts.library import Library
from console.scripts.rendering import Argument, Renderer
from console.web.i18n import gettext as _
from console.web.metrics import FAILURES
from scripts_engine.errors import RunError
from scripts_engine.run import Run, answers, start
from scripts_engine.run_codec import run_from_dict, run_to_dict
from scripts_engine.script import Script, Step

log = logging.getLogger(__name__)

TURNS = 64
"""Calls whose steps one process stores and shows at the same time; the steps of one call take turns."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the agent saw the run: the `number`th of the call (0: none had begun), through `script` (its
    key), after `revision` steps, at `step` ("" when it had ended)."""

    number: int
    revision: int
    script: str
    step: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """Who does something on which call, and what is known at that moment."""

    viewer: Viewer
    pop: Pop
    ground: Ground
    at: datetime


@dataclass(frozen=True, slots=True)
class _Walked:
    """The run as it is stored by now. `gone_on`: it was not where the agent saw it, so nothing was done."""

    record: RunRecord
    script: Script
    gone_on: bool = False


Work = Callable[[AsyncSession], Awaitable[_Walked]]


@dataclass(frozen=True, slots=True)
class Running:
    """Takes the steps of the runs of calls on the agents' desks."""

    sessions: Sessions
    bus: Bus
    knowledge: Knowledge
    library: Library
    texts: Texts
    turns: tuple[asyncio.Lock, ...] = field(
        default_factory=lambda: tuple(asyncio.Lock() for _ in range(TURNS))
    )

    async def move(self, viewer: Viewer, leg: str, stand: Stand, move: Move, at: datetime) -> None:
        """Take a step.

        Raises ForbiddenError when this agent may not, InvalidError when the step does not offer it, and
        OutdatedError when the run has gone on meanwhile; then the desk shows where it is.
        """
        turn = await self._turn(viewer, leg, at)
        await self._in_turn(turn, lambda session: self._moved(session, turn, stand, move), move.given)
        if move.changes_records:
            await announce(self.bus, leg)
            if turn.ground.known.customer is not None:  # whoever else shows them, too
                await announce_case(self.bus, turn.ground.known.customer.ref)

    async def take(
        self, viewer: Viewer, leg: str, stand: Stand, chosen: tuple[str, str], at: datetime
    ) -> None:
        """Take another published script, by its key and for a reason. Raises what `move` does."""
        turn = await self._turn(viewer, leg, at)
        await self._in_turn(turn, lambda session: self._taken(session, turn, stand, chosen))

    async def _turn(self, viewer: Viewer, leg: str, at: datetime) -> _Turn:
        found = await pop_on_desk(self.bus, viewer, leg)
        if found is None:
            raise ForbiddenError(_("This call is not on your desk, or not any more. Nothing was changed."))
        pop = cast("Pop", found)
        _refuse(pop)
        known = await known_on(self.knowledge, pop, at)
        if not known.read:
            why = _("The customer records cannot be reached just now. Nothing is lost: try again.")
            raise InvalidError([Problem("records", why)])
        agent = Agent(viewer.user_id, viewer.email, viewer.name, viewer.line, viewer.extension)
        return _Turn(viewer, pop, ground_of(pop, known, agent, at, self.texts.zone), at)

    async def _in_turn(self, turn: _Turn, work: Work, given: str = "") -> None:
        """Store what was done, then show it: in the order in which it was stored."""
        async with self.turns[hash(turn.pop["call"]) % len(self.turns)]:
            try:
                walked = await write(self.sessions, work)
            except RunError as error:
                raise InvalidError([Problem(error.step, _sentence(error.why))]) from None
            await self._show(turn, walked)
        if walked.gone_on:
            raise OutdatedError(_gone_on(given))

    async def _show(self, turn: _Turn, walked: _Walked) -> None:
        entry = compose_run(turn.pop, walked.record, walked.script, turn.ground, texts=self.texts, at=turn.at)
        try:
            await self.bus.put(desk_topic(turn.viewer.user_id), RUN_PREFIX + turn.pop["leg"], entry)
        except OSError as error:  # it is stored all the same: the desk hears of it with the next step
            FAILURES.labels("bus").inc()
            log.warning("could not show the step of %s: %s", turn.pop["leg"], error)

    async def _moved(self, session: AsyncSession, turn: _Turn, stand: Stand, move: Move) -> _Walked:
        stored = await newest_run(session, turn.pop["call"])
        key, version = (stored.script_key, stored.script_version) if stored else _picked(turn.pop)
        script = await self.texts.versions.get(session, key, version)
        run = run_from_dict(stored.walk) if stored else _begun(turn, script)
        scene = self._scene(session, turn, script, version)
        if not _stands(stored, key, run, stand):
            if stored is None:  # the script that fits is another one by now: the pop shows it
                raise OutdatedError(_gone_on(move.given))
            made = _is_one_on(stored, stand) and move.is_made(scene, run, stand.step)
            return _Walked(record_of(stored), script, gone_on=not made)
        moved = await move.make(scene, run)
        record = _next(stored, (key, version), run, moved)
        await _store(session, turn, stored, record, answers(moved, script))
        return _Walked(record, script)

    async def _taken(
        self, session: AsyncSession, turn: _Turn, stand: Stand, chosen: tuple[str, str]
    ) -> _Walked:
        key, reason = chosen
        stored = await newest_run(session, turn.pop["call"])
        if stored is not None and stored.number != stand.number:
            script = await self.texts.versions.get(session, stored.script_key, stored.script_version)
            made = stored.number == stand.number + 1 and stored.script_key == key  # by an earlier click
            return _Walked(record_of(stored), script, gone_on=not made)
        version = self._published(key)
        script = await self.texts.versions.get(session, key, version)
        walk = run_to_dict(start(script, turn.ground.facts, turn.at))
        record = RunRecord(stand.number + 1, 0, key, version, reason, turn.at, walk)
        await _store(session, turn, None, record, {})
        return _Walked(record, script)

    def _published(self, key: str) -> int:
        try:
            return self.library.version(key)
        except KeyError:
            why = _("There is no published script %(key)s, or not any more. Take another one.", key=key)
            raise InvalidError([Problem("script", why)]) from None

    def _scene(self, session: AsyncSession, turn: _Turn, script: Script, version: int) -> Scene:
        return Scene(
            session=session,
            ground=turn.ground,
            author=turn.viewer.email,
            call=turn.pop["call"],
            script=script,
            version=version,
            arguments=partial(_arguments, self.texts.renderer, turn.ground, script),
            plan=self.knowledge.plan(turn.pop["link"]),
            currency=self.texts.currency,
            zone=self.texts.zone,
            at=turn.at,
        )


def _arguments(
    renderer: Renderer, ground: Ground, script: Script, step: Step, run: Run
) -> dict[str, Argument]:
    return renderer.arguments(step, context_on(ground, run, script))


def _refuse(pop: Pop) -> None:
    """Raises ForbiddenError when the agent of the pop is not, or not any more, the one who has the call."""
    if pop["state"] == "ringing" and not pop["dialling"]:
        raise ForbiddenError(_("This call still rings. Answer it: then the script goes on from here."))
    if pop["state"] == "withdrawn":
        raise ForbiddenError(_("This call was not answered here, so there is nothing to take down."))
    if pop["result"] == "transferred":
        raise ForbiddenError(_("You passed this call on: the script goes on with whoever has it now."))


def _picked(pop: Pop) -> tuple[str, int]:
    """The script that fits by the facts, with which a run begins."""
    script = pop["script"]
    if script is None:
        raise InvalidError([Problem("script", _("No script applies to this call. Take one from the list."))])
    return script["key"], script["version"]


def _begun(turn: _Turn, script: Script) -> Run:
    """At the step that the pop shows; the agent is there since they have answered."""
    since = datetime.fromisoformat(turn.pop["answered_at"] or turn.pop["offered_at"])
    run = start(script, turn.ground.facts, since)
    shown = turn.pop["script"] and turn.pop["script"]["step"]
    return Run(script.key, shown["id"], since) if shown and shown["id"] != run.step else run


def _stands(stored: StoredRun | None, key: str, run: Run, stand: Stand) -> bool:
    number, revision = (stored.number, stored.revision) if stored else (0, 0)
    return Stand(number, revision, key, run.step or "") == stand


def _is_one_on(stored: StoredRun, stand: Stand) -> bool:
    return (stored.number, stored.revision) == (stand.number or 1, stand.revision + 1)


def _next(stored: StoredRun | None, pinned: tuple[str, int], run: Run, moved: Run) -> RunRecord:
    if stored is None:
        return RunRecord(1, 1, *pinned, None, run.since, run_to_dict(moved))
    of = (stored.number, stored.revision + 1, *pinned, stored.reason, stored.started_at)
    return RunRecord(*of, run_to_dict(moved))


async def _store(
    session: AsyncSession,
    turn: _Turn,
    stored: StoredRun | None,
    record: RunRecord,
    given: dict[str, int | float | str],
) -> None:
    if stored is None:
        stored = StoredRun(call_id=turn.pop["call"], number=record.number, started_at=record.started_at)
        stored.script_key, stored.script_version, stored.reason = record.key, record.version, record.reason
        session.add(stored)
    stored.revision, stored.user_id, stored.updated_at = record.revision, turn.viewer.user_id, turn.at
    stored.walk, stored.answers = dict(record.walk), dict(given)
    stored.step, stored.outcome = record.walk["step"], record.walk["outcome"]
    await session.flush()
    if await is_erased(session, turn.pop["call"]):  # behind the write, as with notes
        raise ForbiddenError(_("The caller was erased on request: nothing more is noted on this call."))


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:]}."


def _gone_on(given: str) -> str:
    if not given:
        return _(
            "The script has gone on meanwhile, in another tab or with a colleague: look where it is now."
        )
    return _("The script has gone on meanwhile, in another tab or with a colleague. “%(given)s” was not "
             "taken: go back to give it, if it still counts.", given=given)  # fmt: skip
