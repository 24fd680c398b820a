"""What an agent does with a call-back on its customer's page: it is done, moved to another time, or
withdrawn."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.customers.paths import customer_path
from console.db.writing import write
from console.errors import InvalidError
from console.profile.customer_drawing import RefusedMove
from console.profile.customer_views import refused_page
from console.promises.actions import move_callback, settle_callback
from console.promises.appointments import Proposal, appoint
from console.promises.models import CallbackState
from console.promises.news import announce
from console.web.forms import Form, read_form

Change = Callable[[AsyncSession, int, str, datetime], Awaitable[str | None]]
"""What becomes of a call-back, by whom and when; it gives the key of the customer, if there is one."""


async def callback_done(request: Request) -> Response:
    """POST /callbacks/{id}/done: the customer was called back."""
    return await _change(request, await read_form(request), _settled(CallbackState.DONE))


async def withdraw_callback(request: Request) -> Response:
    """POST /callbacks/{id}/withdraw: nobody is to call any more."""
    return await _change(request, await read_form(request), _settled(CallbackState.WITHDRAWN))


async def post_move(request: Request) -> Response:
    """POST /callbacks/{id}/move: fields `day`, `time`. When it may not be promised for then: back to the
    form, with what was typed."""
    state, form = request.app.state, await read_form(request)
    typed = Proposal(form.text("day"), form.text("time"))
    try:
        due = appoint(typed, state.clock(), state.templates.zone)
    except InvalidError as error:
        ref = form.text("customer")
        if not ref:
            raise
        refused = RefusedMove(request.path_params["id"], typed.day, typed.time, error.problems)
        return await refused_page(request, ref, refused)
    return await _change(
        request, form, lambda session, id_, author, at: move_callback(session, id_, due, author, at)
    )


def _settled(to: CallbackState) -> Change:
    return lambda session, id_, author, at: settle_callback(session, id_, to, author, at)


async def _change(request: Request, form: Form, change: Change) -> Response:
    """Back to the page of the customer; `customer` in the form says whose it was, where the call-back was
    promised to a number only."""
    state, id_ = request.app.state, request.path_params["id"]
    author, at = request.state.viewer.email, state.clock()
    ref = await write(state.sessions, lambda session: change(session, id_, author, at)) or form.text(
        "customer"
    )
    async with state.sessions() as session:
        await announce(state.bus, session, id_)
    return RedirectResponse(f"{customer_path(ref)}#callbacks" if ref else "/desk", HTTPStatus.SEE_OTHER)
