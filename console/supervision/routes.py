"""The addresses of supervisors, and of the log of what they do."""

from starlette.routing import BaseRoute, Route

from console.audit.acts import Act
from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.supervision import audit_views, call_views, team_views, views
from console.supervision.record import supervised


def build_supervision() -> list[BaseRoute]:
    """Who is refused at what acts is on record, too."""
    agent, waiting, call = "/board/agents/{agent:int}", "/board/waiting/{call}", "/board/calls/{leg}"
    acts = (
        (f"{agent}/listen", views.listen, May.BOARD_LISTEN, Act.LISTEN),
        (f"{agent}/whisper", views.whisper, May.BOARD_LISTEN, Act.WHISPER),
        (f"{agent}/barge", views.barge, May.BOARD_LISTEN, Act.BARGE),
        (f"{agent}/pause", views.pause, May.BOARD_ACT, Act.PAUSE),
        (f"{agent}/unpause", views.unpause, May.BOARD_ACT, Act.UNPAUSE),
        (f"{agent}/join", views.join_queue, May.BOARD_ACT, Act.JOIN_QUEUE),
        (f"{agent}/leave", views.leave_queue, May.BOARD_ACT, Act.LEAVE_QUEUE),
        (f"{agent}/move", views.move, May.BOARD_ACT, Act.MOVE),
        (f"{agent}/log-out", views.log_out, May.BOARD_ACT, Act.LOG_OUT),
        (f"{waiting}/first", views.take_first, May.BOARD_ACT, Act.TAKE_FIRST),
        (f"{waiting}/send", views.send_on, May.BOARD_ACT, Act.SEND_ON),
        ("/board/messages", views.send_message, May.BOARD_MESSAGE, Act.MESSAGE),
    )
    return [
        *(Route(path, do, methods=["POST"], middleware=supervised(may, act)) for path, do, may, act in acts),
        Route(
            call, call_views.call_page, methods=["GET"], middleware=supervised(May.CALLS_READ, Act.OPEN_CALL)
        ),
        Route(f"{call}/now", call_views.call_now, methods=["GET"], middleware=require(May.CALLS_READ)),
        Route(f"{agent}/acts", team_views.acts_fragment, methods=["GET"], middleware=require(May.BOARD_READ)),
        Route("/board/team", team_views.team_page, methods=["GET"], middleware=require(May.BOARD_READ)),
        Route(audit_views.PATH, audit_views.audit_page, methods=["GET"], middleware=require(May.AUDIT_READ)),
    ]
