"""The board's addresses."""

from starlette.requests import Request
from starlette.responses import Response

from console.boards.figure_drawing import draw_all_figures, draw_formulas, draw_switches
from console.boards.opening import Boards
from console.boards.paths import figures_path
from console.desk.plain_text import plain


async def figures_page(request: Request) -> Response:
    """GET /board/queues/{name}: all figures of a queue, how each is computed, and what others would give."""
    state, name = request.app.state, request.path_params["name"]
    boards: Boards = state.boards
    queue = boards.feed.board.queue(name)
    context = {
        "title": plain(queue.info.title),
        "path": figures_path(name),
        "at": state.clock(),
        "limits": queue.limits,
        "figures": draw_all_figures(queue),
        "formulas": draw_formulas(queue),
        "switches": draw_switches(queue),
    }
    response: Response = state.templates.response(request, "boards/figures.html", context)
    return response
