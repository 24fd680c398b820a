"""The addresses at which an agent walks through a script. Where that leads comes to the pop over `/live`; the
answer is empty, or a sentence of why not."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk.drawing import dom_id
from console.desk.forms import read_given, read_stand, read_taken
from console.desk.refusing import refused
from console.desk.run_moves import Move, acted, answered, went_back, went_forward
from console.desk.running import Running, Stand
from console.errors import LinesideError
from console.web.forms import Form, read_form
from scripts_engine.run import CONFIRMED


async def answer_step(request: Request) -> Response:
    """POST /desk/runs/{leg}/answer: field `given`; left out where nothing is asked."""
    return await _move(request, lambda form: answered(form.get("given")))


async def confirm_step(request: Request) -> Response:
    """POST /desk/runs/{leg}/confirm: it was read out."""
    return await _move(request, lambda _form: answered(CONFIRMED))


async def act_step(request: Request) -> Response:
    """POST /desk/runs/{leg}/act: do what the step is there for. Fields of an offer: `answer`; of a call-back:
    `day`, `time`, `own`."""
    return await _move(request, lambda form: acted(read_given(form)))


async def go_back(request: Request) -> Response:
    """POST /desk/runs/{leg}/back."""
    return await _move(request, lambda _form: went_back())


async def go_forward(request: Request) -> Response:
    """POST /desk/runs/{leg}/forward."""
    return await _move(request, lambda _form: went_forward())


async def take_script(request: Request) -> Response:
    """POST /desk/runs/{leg}/take: fields `key`, `reason`."""

    async def take(running: Running, form: Form, stand: Stand) -> None:
        state, leg = request.app.state, request.path_params["leg"]
        await running.take(request.state.viewer, leg, stand, read_taken(form), state.clock())

    return await _say(request, take)


async def other_scripts(request: Request) -> Response:
    """GET /desk/runs/{leg}/scripts: every published script, to choose from."""
    state, leg = request.app.state, request.path_params["leg"]
    scripts = sorted(state.library.scripts, key=lambda script: script.title.casefold())
    context = {"scripts": scripts, "dom": dom_id(leg), "path": quote(leg, safe="")}
    response: Response = state.templates.response(request, "desk/_scripts.html", context)
    return response


async def _move(request: Request, read: Callable[[Form], Move]) -> Response:
    async def move(running: Running, form: Form, stand: Stand) -> None:
        state, leg = request.app.state, request.path_params["leg"]
        await running.move(request.state.viewer, leg, stand, read(form), state.clock())

    return await _say(request, move)


async def _say(request: Request, work: Callable[[Running, Form, Stand], Awaitable[None]]) -> Response:
    state = request.app.state
    try:
        form = await read_form(request)
        await work(state.running, form, read_stand(form))
    except LinesideError as error:
        return refused(request, "desk/_step_refused.html", error)
    return HTMLResponse("")
