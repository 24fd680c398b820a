"""The addresses of the board."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from console.boards import alert_views, threshold_views, view_views, views
from console.boards.paths import ALERTS, BOARD, THRESHOLDS, VIEWS
from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.live.socket import board_endpoint


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
