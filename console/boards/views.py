"""The board's addresses."""

from starlette.requests import Request
from starlette.responses import Response

from console.boards.opening import Boards

MS_PER_S = 1000


async def board_page(request: Request) -> Response:
    """GET /board: queues and agents as they are now; changes come over `/live/board`."""
    state, viewer = request.app.state, request.state.viewer
    boards: Boards = state.boards
    context = {
        **boards.renderer.context(viewer.locale),
        "now_ms": int(state.clock().timestamp() * MS_PER_S),
        "zone": str(state.templates.zone),
    }
    response: Response = state.templates.response(request, "boards/page.html", context)
    return response
