"""The addresses of boards and walls."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from console.audit.acts import Act
from console.boards import threshold_views, views, wall_link_views, wall_views
from console.boards.paths import BOARD, LINKS, LIVE_WALL, OWN_WALL, SHARED_WALL, THRESHOLDS
from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.live.socket import board_endpoint
from console.supervision.record import supervised


def build_boards() -> list[BaseRoute]:
    """Queues and agents, as they are now."""
    may, may_set = require(May.BOARD_READ), require(May.BOARD_SET)
    return [
        Route(BOARD, views.board_page, methods=["GET"], middleware=may),
        Route(THRESHOLDS, threshold_views.thresholds_page, methods=["GET"], middleware=may_set),
        Route(
            f"{THRESHOLDS}/{{name:path}}",
            threshold_views.post_thresholds,
            methods=["POST"],
            middleware=may_set,
        ),
        Route(f"{BOARD}/queues/{{name:path}}", views.figures_page, methods=["GET"], middleware=may),
        WebSocketRoute("/live/board", board_endpoint, middleware=may),
        *_build_walls(),
    ]


def _build_walls() -> list[BaseRoute]:
    """Who has a link shows it in the address: these two routes alone ask for it."""
    may, all_may, may_share = require(May.BOARD_READ), require(May.PUBLIC), require(May.BOARD_SHARE)
    return [
        Route(OWN_WALL, wall_views.wall_page, methods=["GET"], middleware=may),
        WebSocketRoute(LIVE_WALL, wall_views.wall_endpoint, middleware=may),
        Route(f"{SHARED_WALL}/{{token}}", wall_views.shared_wall_page, methods=["GET"], middleware=all_may),
        WebSocketRoute(f"{LIVE_WALL}/{{token}}", wall_views.shared_wall_endpoint, middleware=all_may),
        Route(LINKS, wall_link_views.links_page, methods=["GET"], middleware=may_share),
        Route(
            LINKS,
            wall_link_views.post_link,
            methods=["POST"],
            middleware=supervised(May.BOARD_SHARE, Act.MAKE_LINK),
        ),
        Route(
            f"{LINKS}/{{number:int}}/revoke",
            wall_link_views.post_revoke,
            methods=["POST"],
            middleware=supervised(May.BOARD_SHARE, Act.REVOKE_LINK),
        ),
    ]
