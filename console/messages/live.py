"""Draws the topics `messages:USER_ID`: what is pushed is what the page drew when it was loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.clock import on_clock
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment, root_of
from console.messages.actions import AGENT
from console.messages.keeping import messages_topic
from console.web.templates import Templates


@dataclass(frozen=True, slots=True)
class MessageDrawing:
    """One message: who wrote it ("": not a user any more) and when; `own`: to this agent alone."""

    id: int
    by: str
    clock: str
    iso: str
    own: bool
    text: str


def draw_message(value: Value, zone: ZoneInfo) -> MessageDrawing:
    """The message as it is read in `zone`."""
    at = on_clock(datetime.fromisoformat(value["at"]), zone)
    own = str(value["audience"]).startswith(AGENT)
    return MessageDrawing(value["id"], value["by"], f"{at:%H:%M}", value["at"], own, value["text"])


class MessagesRenderer:
    """Draws messages on the clock of `zone`."""

    def __init__(self, templates: Templates, zone: ZoneInfo) -> None:
        self.templates = templates
        self.zone = zone

    def topics(self, viewer: Viewer) -> list[str]:
        """Everybody sees their own."""
        return [messages_topic(viewer.user_id)]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        """All messages of an agent."""
        messages = [draw_message(value, self.zone) for value in snapshot.entries.values()]
        return self.templates.template("desk/_messages.html", locale).render(messages=messages)

    def change(self, change: Change, locale: str) -> Fragment | None:
        """One message."""
        target = f"#message-{change.key}"
        if change.value is None:
            return Fragment("", target, "delete")
        message = draw_message(change.value, self.zone)
        html = self.templates.template("desk/_message.html", locale).render(message=message)
        if change.new:
            return Fragment(html, root_of(change.topic), "beforeend")
        return Fragment(html, target, "outerMorph")

    def delivered(self, _entries: Mapping[str, Value], _viewer: Viewer, _at: datetime) -> None:
        """Nobody waits for it."""
