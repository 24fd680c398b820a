"""Draws the topics `work:LINE`: what is pushed is what the page drew when it was loaded."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from console.desk.case_work import CASE, draw_case
from console.desk.reading import Reader
from console.desk.work_drawing import draw_entry, draw_line, draw_withheld
from console.identity.permissions import Permission
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment, root_of
from console.queues.actions import LINES
from console.web.templates import Templates
from console.worklist.keeping import WORK, work_topic
from console.worklist.reading import WITHHELD


def lines_of(viewer: Viewer) -> tuple[int, ...]:
    """The lines whose work list a viewer sees."""
    return LINES if viewer.may(Permission.WORK_ALL) else (viewer.line,)


class WorkRenderer:
    """Draws work lists on the clock of `zone`, once for all who see them: whose entries are whose is told
    apart in their browsers."""

    def __init__(self, templates: Templates, zone: ZoneInfo) -> None:
        self.templates = templates
        self.zone = zone

    def topics(self, viewer: Viewer) -> list[str]:
        """Agents see their line, who leads sees both."""
        return [work_topic(line) for line in lines_of(viewer)]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        """The whole list of a line."""
        line = int(snapshot.topic.removeprefix(f"{WORK}:"))
        drawing = draw_line(line, snapshot.topic, snapshot.entries, Reader(locale, self.zone))
        return self.templates.template("desk/_work_line.html", locale).render(list=drawing)

    def change(self, change: Change, locale: str) -> Fragment | None:
        """One entry."""
        target = f"#work-{_dom(change)}"
        if change.value is None:
            return Fragment("", target, "delete")
        html = self._drawn(change, change.value, locale)
        if change.new:
            return Fragment(html, root_of(change.topic), "beforeend")
        return Fragment(html, target, "outerMorph")

    def _drawn(self, change: Change, value: Value, locale: str) -> str:
        reader = Reader(locale, self.zone)
        if change.key == WITHHELD:
            template = self.templates.template("desk/_work_withheld.html", locale)
            return template.render(dom=_dom(change), withheld=draw_withheld(value, reader))
        if value["kind"] == CASE:
            template = self.templates.template("desk/_work_case.html", locale)
            return template.render(case=draw_case(value, reader))
        return self.templates.template("desk/_work_row.html", locale).render(row=draw_entry(value, reader))

    def delivered(self, _entries: Mapping[str, Value], _viewer: Viewer, _at: datetime) -> None:
        """Nobody waits for it."""


def _dom(change: Change) -> str:
    """The end of the id of the entry's element; of withheld callers each line has one."""
    if change.key == WITHHELD:
        return f"{WITHHELD}-{change.topic.removeprefix(f'{WORK}:')}"
    return change.key.replace(":", "-")
