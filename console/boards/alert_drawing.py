"""Works out beforehand what the templates of alerts print."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from console.alerts.course import Figure
from console.boards.appearance import AlertDrawing, AlertsDrawing
from console.boards.board import Board
from console.boards.figure_drawing import lasted
from console.boards.ticking import draw_tick
from console.desk.plain_text import plain
from console.desk.reading import Reader, moment
from console.live.bus import Value

PEAKS: Mapping[str, Callable[[float], str]] = {
    Figure.WAITING: lambda count: str(int(count)),
    Figure.LONGEST: lambda seconds: lasted(timedelta(seconds=seconds)),
    Figure.LEVEL: lambda percent: f"{int(percent)} %",
}
"""How the worst value reads; whole percents are rounded down, as everywhere on boards."""


def draw_alerts(
    board: Board, alerts: Iterable[tuple[str, Value]], reader: Reader, at: datetime
) -> AlertsDrawing:
    """These alerts, by id as they are on the bus; queues are named as `board` knows them."""
    rows = [draw_alert(board, id_, value, reader, at) for id_, value in alerts]
    is_open = [row for row in rows if row.ended is None]
    return AlertsDrawing(rows, len(is_open), sum(not row.seen for row in is_open))


def draw_alert(board: Board, id_: str, value: Value, reader: Reader, at: datetime) -> AlertDrawing:
    """One alert."""
    began, ended, info = value["began_at"], value["ended_at"], board.info(value["queue"])
    return AlertDrawing(
        id=id_,
        queue=info.name,
        line=info.line,
        title=plain(info.title),
        figure=value["figure"],
        level=value["level"],
        worst=value["worst"],
        peak=PEAKS[value["figure"]](value["peak"]),
        began=moment(began, reader),
        lasts=None if ended else draw_tick(began, reader, at),
        lasted=lasted(datetime.fromisoformat(ended) - datetime.fromisoformat(began)) if ended else "",
        ended=moment(ended, reader) if ended else None,
        end_known=value["end_known"],
        seen=[(plain(each["name"]), moment(each["at"], reader)) for each in value["seen"]],
        seen_by=[each["user_id"] for each in value["seen"]],
        sound=board.thresholds(info.name).sound and value["level"] == "red",
    )
