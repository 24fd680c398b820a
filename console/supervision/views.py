"""The addresses at which supervisors act. What comes of it is on their pages once the phone systems tell it;
the answer is one sentence: what was asked for, or why not."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from console.audit.actions import About
from console.audit.acts import Act
from console.desk.refusing import refused
from console.errors import LinesideError
from console.messages.actions import Draft, check_text, find_audience, send
from console.supervision.acts import Acts
from console.supervision.record import on_record
from console.web.forms import Form, read_form
from console.web.i18n import N_
from telephony.commands import Barge, HearCommand, Listen, Whisper

REFUSED = "supervision/_refused.html"

ASKED: Mapping[Act, str] = {
    Act.LISTEN: N_("Your phone rings: pick it up, and you hear the call. Nobody hears you."),
    Act.WHISPER: N_("Your phone rings: pick it up, and the agent alone hears you."),
    Act.BARGE: N_("Your phone rings: pick it up, and both hear you."),
    Act.PAUSE: N_("Asked for: no calls from now on, behind the call that is on."),
    Act.UNPAUSE: N_("Asked for: calls again."),
    Act.JOIN_QUEUE: N_("Asked for: calls from this queue, too."),
    Act.LEAVE_QUEUE: N_("Asked for: no more calls from this queue."),
    Act.MOVE: N_("Asked for: into the one queue, out of the other."),
    Act.LOG_OUT: N_("Asked for: out of all queues."),
    Act.TAKE_FIRST: N_("Asked for: this caller is served next."),
    Act.SEND_ON: N_("Asked for: the caller is on the way."),
    Act.MESSAGE: N_("Sent."),
}
"""What is said once it was asked for."""

KINDS: Mapping[Act, type[HearCommand]] = {Act.LISTEN: Listen, Act.WHISPER: Whisper, Act.BARGE: Barge}

Work = Callable[[Acts, Form, About], Awaitable[None]]


async def listen(request: Request) -> Response:
    """POST /board/agents/{agent}/listen: field `leg` where several are on."""
    return await _hear(request, Act.LISTEN)


async def whisper(request: Request) -> Response:
    """POST /board/agents/{agent}/whisper: the same."""
    return await _hear(request, Act.WHISPER)


async def barge(request: Request) -> Response:
    """POST /board/agents/{agent}/barge: the same."""
    return await _hear(request, Act.BARGE)


async def _hear(request: Request, act: Act) -> Response:
    viewer = request.state.viewer
    return await _act(
        request, act, lambda acts, form, about: acts.hear(viewer, KINDS[act], form.text("leg"), about)
    )


async def pause(request: Request) -> Response:
    """POST /board/agents/{agent}/pause: field `reason`."""
    return await _act(request, Act.PAUSE, lambda acts, form, about: acts.pause(form.text("reason"), about))


async def unpause(request: Request) -> Response:
    """POST /board/agents/{agent}/unpause."""
    return await _act(request, Act.UNPAUSE, lambda acts, _form, about: acts.unpause(about))


async def join_queue(request: Request) -> Response:
    """POST /board/agents/{agent}/join: field `queue`."""
    return await _act(request, Act.JOIN_QUEUE, lambda acts, form, about: acts.join(form.text("queue"), about))


async def leave_queue(request: Request) -> Response:
    """POST /board/agents/{agent}/leave: field `queue`."""
    return await _act(
        request, Act.LEAVE_QUEUE, lambda acts, form, about: acts.leave(form.text("queue"), about)
    )


async def move(request: Request) -> Response:
    """POST /board/agents/{agent}/move: fields `queue` (out of it) and `to` (into it)."""
    return await _act(
        request, Act.MOVE, lambda acts, form, about: acts.move(form.text("queue"), form.text("to"), about)
    )


async def log_out(request: Request) -> Response:
    """POST /board/agents/{agent}/log-out."""
    return await _act(request, Act.LOG_OUT, lambda acts, _form, about: acts.log_out(about))


async def take_first(request: Request) -> Response:
    """POST /board/waiting/{call}/first."""
    call = request.path_params["call"]
    return await _act(request, Act.TAKE_FIRST, lambda acts, _form, about: acts.take_first(call, about))


async def send_on(request: Request) -> Response:
    """POST /board/waiting/{call}/send: field `agent` (a number) or `queue` (a name)."""
    call = request.path_params["call"]

    def work(acts: Acts, form: Form, about: About) -> Awaitable[None]:
        agent = form.text("agent")
        return acts.send_on(call, int(agent) if agent.isdecimal() else None, form.text("queue"), about)

    return await _act(request, Act.SEND_ON, work)


async def send_message(request: Request) -> Response:
    """POST /board/messages: fields `to` (all, agent:17, queue:support, line:2) and `text`."""
    state, viewer = request.app.state, request.state.viewer

    async def work(acts: Acts, form: Form, about: About) -> None:
        text = check_text(form.text("text"))
        audience = find_audience(form.text("to"), acts.directory)
        about.details |= {"to": audience.written, "agents": str(len(audience.agents))}
        draft = Draft(viewer.user_id, audience, text, state.clock())
        async with state.sessions() as session:
            await send(session, draft, state.templates.zone)
        await state.messages.compare()

    return await _act(request, Act.MESSAGE, work)


async def _act(request: Request, act: Act, work: Work) -> Response:
    about = About(agent_id=request.path_params.get("agent"))
    try:
        form = await read_form(request)
        await on_record(request, act, about, work(request.app.state.acts, form, about))
    except LinesideError as error:
        return refused(request, REFUSED, error)
    templates = request.app.state.templates
    response: Response = templates.response(request, "supervision/_asked.html", {"said": ASKED[act]})
    return response
