"""Draws the topics `desk:USER_ID` and `links`: what is pushed is what the page drew when it was loaded."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from console.desk.drawing import (
    OFFLINE,
    as_pop,
    dom_id,
    draw_desk,
    draw_link,
    draw_note,
    draw_pop,
    draw_presence,
    draw_records,
)
from console.desk.due_drawing import draw_due
from console.desk.pop import DUE_KEY, NOTE_PREFIX, PRESENCE_KEY, RUN_PREFIX, CallerPart, is_pop
from console.desk.reading import Reader
from console.desk.run_drawing import draw_script
from console.desk.screens import desk_topic
from console.desk.shown_runs import ShownRuns
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot, Value
from console.live.frame import Fragment
from console.web.templates import Templates
from telephony.events import CallId

LINKS_TOPIC = "links"

Delivered = Callable[[str, Value, Viewer, datetime], None]
"""Told of each leg and its pop that was handed to a socket of the viewer; must not wait."""


class DeskRenderer:
    """Draws desks on the clock of `zone`; `delivered` is told which pops went out."""

    def __init__(self, templates: Templates, zone: ZoneInfo, delivered: Delivered | None = None) -> None:
        self.templates = templates
        self.zone = zone
        self._delivered = delivered
        self._runs = ShownRuns()

    def topics(self, viewer: Viewer) -> list[str]:
        """Everybody sees their own desk only."""
        return [desk_topic(viewer.user_id)]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        """The whole desk."""
        desk = draw_desk(self._runs.hear_all(snapshot.entries), Reader(locale, self.zone))
        return self.templates.template("desk/_live.html", locale).render(desk=desk)

    def change(self, change: Change, locale: str) -> Fragment | None:
        """One pop, note, run, the presence, or the cases that are due."""
        if change.key == PRESENCE_KEY:
            return self._presence(change, locale)
        if change.key == DUE_KEY:
            return self._due(change, locale)
        if change.key.startswith(NOTE_PREFIX):
            return self._note(change, locale)
        if change.key.startswith(RUN_PREFIX):
            return self._run(change, locale)
        return self._pop(change, locale)

    def foresee(self, call: CallId, caller: CallerPart, at: datetime) -> None:
        """Draw what the records say of a caller whose call will ring soon: then it is there, for most."""
        reader = Reader(self.templates.locale, self.zone)
        records = draw_records(call, caller, reader, at.astimezone(self.zone).year)
        self.templates.template("desk/_records.html", reader.locale).render(records=records)

    def delivered(self, entries: Mapping[str, Value], viewer: Viewer, at: datetime) -> None:
        """Pass on which pops went out."""
        if self._delivered is not None:
            for key, value in entries.items():
                if is_pop(key):
                    self._delivered(key, value, viewer, at)

    def _presence(self, change: Change, locale: str) -> Fragment:
        presence = draw_presence(change.value or OFFLINE, Reader(locale, self.zone))
        html = self.templates.template("desk/_presence.html", locale).render(presence=presence)
        return Fragment(html, "#presence", "outerMorph")

    def _due(self, change: Change, locale: str) -> Fragment:
        due = draw_due(change.value, Reader(locale, self.zone))
        html = self.templates.template("desk/_due.html", locale).render(due=due)
        return Fragment(html, "#due", "outerMorph")

    def _note(self, change: Change, locale: str) -> Fragment:
        dom = dom_id(change.key.removeprefix(NOTE_PREFIX))
        if change.value is None:
            return Fragment("", f"#saved-{dom}", "delete")
        html = self.templates.template("desk/_note.html", locale).render(note=draw_note(change.value))
        if change.new:
            return Fragment(html, "#notes-saved", "beforeend")
        return Fragment(html, f"#saved-{dom}", "outerMorph")

    def _run(self, change: Change, locale: str) -> Fragment | None:
        """A run goes with its pop, so nothing is to be done when it is gone."""
        if change.value is None:
            self._runs.forget(change.key)
            return None
        run = self._runs.hear(change.value)
        dom = dom_id(run["leg"])
        script = draw_script(dom, run["leg"], run["picked"], run, Reader(locale, self.zone))
        html = self.templates.template("desk/_script.html", locale).render(script=script)
        return Fragment(html, f"#script-{dom}", "outerMorph")

    def _pop(self, change: Change, locale: str) -> Fragment:
        dom = dom_id(change.key)
        if change.value is None:
            html = self.templates.template("desk/_pop_gone.html", locale).render(dom=dom)
            return Fragment(html, f"#pop-{dom}", "delete")
        run = self._runs.of(change.key)
        pop = draw_pop(as_pop(change.value), Reader(locale, self.zone), run=run)
        if change.new:
            html = self.templates.template("desk/_pop_new.html", locale).render(pop=pop)
            return Fragment(html, "#pops", "beforeend")
        html = self.templates.template("desk/_pop_changed.html", locale).render(pop=pop)
        return Fragment(html, f"#pop-{dom}", "outerMorph")


class LinksRenderer:
    """Draws the state of the links to the phone systems."""

    def __init__(self, templates: Templates, zone: ZoneInfo) -> None:
        self.templates = templates
        self.zone = zone

    def topics(self, _viewer: Viewer) -> list[str]:
        """Everybody sees the links."""
        return [LINKS_TOPIC]

    def snapshot(self, snapshot: Snapshot, locale: str) -> str:
        """All links."""
        reader = Reader(locale, self.zone)
        links = [draw_link(name, value, reader) for name, value in snapshot.entries.items()]
        return self.templates.template("desk/_links.html", locale).render(links=links)

    def change(self, change: Change, locale: str) -> Fragment | None:
        """One link."""
        target = f"#link-{dom_id(change.key)}"
        if change.value is None:
            return Fragment("", target, "delete")
        link = draw_link(change.key, change.value, Reader(locale, self.zone))
        html = self.templates.template("desk/_link.html", locale).render(link=link)
        return Fragment(html, "#links", "beforeend") if change.new else Fragment(html, target, "outerMorph")

    def delivered(self, _entries: Mapping[str, Value], _viewer: Viewer, _at: datetime) -> None:
        """Nobody waits for it."""
