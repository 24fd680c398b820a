"""Has what supervisors do, and what is refused, go on record."""

from collections.abc import Awaitable
from dataclasses import replace

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from console.audit.actions import About, Deed, note
from console.audit.acts import Act, Result
from console.desk.calling import NotDoneError
from console.errors import ForbiddenError, LinesideError
from console.identity.guard import require
from console.identity.permissions import Permission
from console.queues.directory import Directory
from console.web.errors import explain

LONGEST_NUMBER = 20
"""Digits of a number that stands for nobody."""


class UnsureError(NotDoneError):
    """Nobody knows whether the phone system did it."""


async def on_record(request: Request, act: Act, about: About, work: Awaitable[None]) -> None:
    """Do the work, and keep what came of it. Raises what the work raises."""
    state = request.app.state
    deed = Deed(state.clock(), request.state.viewer.user_id, act, about, Result.DONE)
    try:
        await work
    except LinesideError as error:
        result = Result.UNSURE if isinstance(error, UnsureError) else Result.REFUSED
        _name_known(about, state.directory)
        await note(state.sessions, replace(deed, result=result, why=sentence(error)))
        raise
    await note(state.sessions, deed)


def _name_known(about: About, directory: Directory) -> None:
    """Only an agent who is one can be named; what else was asked for stands in the details."""
    if about.agent_id is not None and directory.agent_by_id(about.agent_id) is None:
        about.details["agent"] = str(about.agent_id)[:LONGEST_NUMBER]
        about.agent_id = None


def sentence(error: LinesideError) -> str:
    """What was wrong, in one piece."""
    failure = explain(error)
    return " ".join(problem.why for problem in failure.problems) or failure.sentence


def supervised(permission: Permission, act: Act) -> list[Middleware]:
    """For a route's `middleware`: as `require`, and who is refused is on record."""
    return [Middleware(NoteRefusal, act=act), *require(permission)]


class NoteRefusal:
    """Keeps who wanted to do what they may not."""

    def __init__(self, app: ASGIApp, act: Act) -> None:
        self.app = app
        self._act = act

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ForbiddenError as error:
            await self._note(scope, error)
            raise

    async def _note(self, scope: Scope, error: ForbiddenError) -> None:
        viewer, state = scope.get("viewer"), scope["app"].state
        if viewer is not None:
            about, at = About(agent_id=scope.get("path_params", {}).get("agent")), state.clock()
            _name_known(about, state.directory)
            await note(state.sessions, Deed(at, viewer.user_id, self._act, about, Result.REFUSED, str(error)))
