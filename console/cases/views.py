"""The small forms in which agents work on cases: the same at the desk and on the page of a customer."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.cases.actions import open_case, take_step
from console.cases.forms import clock_of, read_new_case, read_step
from console.cases.news import announce
from console.cases.queries import case_told, case_with_key
from console.cases.steps import LONGEST_SUBJECT, LONGEST_TEXT, By, StepKind
from console.customers.paths import customer_path
from console.db.writing import write
from console.errors import LinesideError
from console.web.errors import explain
from console.web.forms import Form

MARK_BYTES = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form stands: it is sent to the address `action`, with the `hidden` fields. In `call` it is said
    (None: in none)."""

    action: str
    hidden: Mapping[str, str] = field(default_factory=dict)
    call: str | None = None


async def show_case(request: Request, ref: str, place: Place) -> Response:
    """The form of a case, as it opens: what can be done, and what was done last."""
    context = await _case(request, ref, place, secrets.token_hex(MARK_BYTES))
    return _drawn(request, "cases/_work.html", context)


def show_new_case(request: Request, place: Place) -> Response:
    """The form of a case that is to be opened."""
    context = {"place": place, "mark": secrets.token_hex(MARK_BYTES), **_limits()}
    return _drawn(request, "cases/_new.html", context)


async def do_step(request: Request, ref: str, form: Form, place: Place) -> tuple[Response, str | None]:
    """Do what was posted. The answer to the form, and the key of the customer when it was done."""
    state, by = request.app.state, _by(request, place)
    try:
        step = read_step(form, by.at, by.zone)
        customer = await write(state.sessions, lambda session: take_step(session, ref, step, by))
    except LinesideError as error:
        return await _refused(request, ref, form, place, error), None
    await announce(state.bus, customer)
    context = await _case(request, ref, place, _mark(form))
    return _drawn(request, "cases/_done.html", {**context, "whys": []}), customer


async def do_open(request: Request, customer: str, form: Form, place: Place) -> tuple[Response, str | None]:
    """Open the case that was posted. The answer to the form, and the new key when it was opened."""
    state, by = request.app.state, _by(request, place)
    try:
        new = read_new_case(form)
        ref = await write(state.sessions, lambda session: open_case(session, customer, new, by))
    except LinesideError as error:
        return _whys(request, error), None
    await announce(state.bus, customer)
    return Response(), ref


def _by(request: Request, place: Place) -> By:
    state = request.app.state
    return By(request.state.viewer.email, state.clock(), place.call, state.templates.zone)


async def _refused(request: Request, ref: str, form: Form, place: Place, error: LinesideError) -> Response:
    """Why not. Where somebody came first, the buttons are by now those of what stands; what was chosen stays
    chosen."""
    if error.status != HTTPStatus.PRECONDITION_FAILED:
        return _whys(request, error)
    context = await _case(request, ref, place, _mark(form))
    if form.text("step") == StepKind.CHANGE:
        context["chosen"] = {name: form.text(name) for name in ("priority", "day", "time")}
    context["whys"] = [str(error)]
    return _drawn(request, "cases/_done.html", context, status=error.status)


def _whys(request: Request, error: LinesideError) -> Response:
    failure = explain(error)
    whys = [problem.why for problem in failure.problems] or [failure.sentence]
    return _drawn(request, "cases/_whys.html", {"whys": whys}, status=failure.status)


async def _case(request: Request, ref: str, place: Place, mark: str) -> dict[str, Any]:
    state = request.app.state
    async with state.sessions() as session:
        return {"place": place, "mark": mark, **await _drawing(session, ref, state.templates.zone)}


async def _drawing(session: AsyncSession, ref: str, zone: Any) -> dict[str, Any]:
    case = await case_with_key(session, ref)
    due: datetime | None = case["due_at"]
    day, clock = clock_of(due, zone)
    return {
        "case": case,
        "chosen": {"priority": case["priority"], "day": day, "time": clock},
        "told": await case_told(session, case["id"]),
        "page": customer_path(case["customer"]),
        "steps": StepKind,
        **_limits(),
    }


def _limits() -> dict[str, int]:
    return {"text_limit": LONGEST_TEXT, "subject_limit": LONGEST_SUBJECT}


def _mark(form: Form) -> str:
    """The form's own word in the ids of its parts."""
    mark = form.text("mark")
    return mark if mark.isascii() and mark.isalnum() else secrets.token_hex(MARK_BYTES)


def _drawn(request: Request, name: str, context: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
    response: Response = request.app.state.templates.response(request, name, context, status=status)
    return response
