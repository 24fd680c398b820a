"""The addresses of boards and walls."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from console.audit.acts import Act
from console.boards import alert_views, threshold_views, view_views, views, wall_link_views, wall_views
from console.boards.paths import ALERTS, BOARD, LINKS, LIVE_WALL, OWN_WALL, SHARED_WALL, THRESHOLDS, VIEWS
from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.live.socket import board_endpoint
from console.supervision.record import supervised


def build_boards() -> list[BaseRoute]:
    """Queues and agents, as they are now."""
    may = require(May.BOARD_READ)
    return [
        Route(BOARD, view_views.board_page, methods=["GET"], middleware=may),
        Route(f"{BOARD}/queues/{{name:path}}", views.figures_page, methods=["GET"], middleware=may),
        WebSocketRoute("/live/board", board_endpoint, middleware=may),
        *_build_alerts(),
        *_build_thresholds(),
        *_build_views(),
        *_build_walls(),
    ]


def _build_alerts() -> list[BaseRoute]:
    see = require(May.ALERTS_SEE)
    return [
        Route(ALERTS, alert_views.alerts_page, methods=["GET"], middleware=require(May.BOARD_READ)),
        Route(f"{ALERTS}/{{id:int}}/seen", alert_views.post_seen, methods=["POST"], middleware=see),
    ]


def _build_thresholds() -> list[BaseRoute]:
    may, queue = require(May.BOARD_SET), f"{THRESHOLDS}/{{name:path}}"
    return [
        Route(THRESHOLDS, threshold_views.thresholds_page, methods=["GET"], middleware=may),
        Route(queue, threshold_views.post_thresholds, methods=["POST"], middleware=may),
    ]


def _build_views() -> list[BaseRoute]:
    """Views of one's own: whoever sees the board may keep some."""
    may, view = require(May.BOARD_READ), f"{VIEWS}/{{id:int}}"
    return [
        Route(VIEWS, view_views.post_new, methods=["POST"], middleware=may),
        Route(view, view_views.post_saved, methods=["POST"], middleware=may),
        Route(f"{view}/delete", view_views.post_delete, methods=["POST"], middleware=may),
        Route(f"{view}/first", view_views.post_first, methods=["POST"], middleware=may),
        Route(f"{view}/name", view_views.post_name, methods=["POST"], middleware=may),
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
