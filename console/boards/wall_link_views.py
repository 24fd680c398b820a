"""The page on which supervisors make and revoke links for screens: `/board/walls`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.audit.actions import About
from console.audit.acts import Act
from console.boards.opening import Boards
from console.boards.paths import LINKS, SHARED_WALL
from console.boards.wall import USUAL, WALL_FIGURES, choose
from console.boards.wall_links import LONGEST_NAME, add_link, list_links, revoke_link
from console.boards.wall_views import HIDDEN, THEMES
from console.db.writing import write
from console.errors import InvalidError
from console.supervision.record import on_record
from console.web.forms import Form, read_form


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was filled in."""

    name: str = ""
    queues: Sequence[str] = ()
    figures: Sequence[str] = USUAL
    theme: str = THEMES[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says beside the list: the form as typed, what is wrong with it, and the address that was
    made just now."""

    typed: Typed = field(default_factory=Typed)
    problem: str = ""
    address: str = ""
    revoked: bool = False


async def links_page(request: Request) -> Response:
    """GET /board/walls: all links, and the form for another."""
    return await _page(request, Shown(revoked="revoked" in request.query_params))


async def post_link(request: Request) -> Response:
    """POST /board/walls: fields `name`, `queue` and `show` as often as wanted, `theme`. The answer shows the
    address, this one time."""
    form, about, made = await read_form(request), About(), []
    typed = _typed(form)

    async def work() -> None:
        state, choice = request.app.state, choose(typed.queues, typed.figures)
        user_id = request.state.viewer.user_id
        made.append(
            await write(
                state.sessions, lambda session: add_link(session, typed.name, choice, user_id, state.clock())
            )
        )
        about.details["link"] = str(made[0].number)

    try:
        await on_record(request, Act.MAKE_LINK, about, work())
    except InvalidError as error:
        return await _page(request, Shown(typed, problem=error.problems[0].why))
    return await _page(request, Shown(address=_address(request, made[0].token, typed.theme)))


async def post_revoke(request: Request) -> Response:
    """POST /board/walls/{number}/revoke: screens with this link go blank within a second or two."""
    await read_form(request)
    state, number = request.app.state, request.path_params["number"]

    async def work() -> None:
        await write(state.sessions, lambda session: revoke_link(session, number, state.clock()))

    await on_record(request, Act.REVOKE_LINK, About(details={"link": str(number)}), work())
    return RedirectResponse(f"{LINKS}?revoked", HTTPStatus.SEE_OTHER)


def _typed(form: Form) -> Typed:
    theme = form.text("theme")
    return Typed(
        form.text("name"),
        form.getlist("queue"),
        form.getlist("show"),
        theme if theme in THEMES else THEMES[0],
    )


def _address(request: Request, token: str, theme: str) -> str:
    top = (request.app.state.public_url or str(request.base_url)).rstrip("/")
    return f"{top}{SHARED_WALL}/{token}?theme={theme}"


async def _page(request: Request, shown: Shown) -> Response:
    state = request.app.state
    boards: Boards = state.boards
    async with state.sessions() as session:
        links = await list_links(session)
    titles = {name: boards.feed.board.queue(name).info.title for name in boards.feed.board.queues()}
    context = {
        "path": LINKS,
        "links": links,
        "shown": shown,
        "titles": titles,
        "figures": WALL_FIGURES,
        "themes": THEMES,
        "longest_name": LONGEST_NAME,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if shown.problem else HTTPStatus.OK
    response: Response = state.templates.response(
        request, "boards/wall_links.html", context, status=status, headers=HIDDEN if shown.address else None
    )
    return response
