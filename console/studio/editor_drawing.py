"""The editor's page put together: the document, what stands beside it, and what is said of the last edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from console.scripts.rendering import Renderer
from console.settings import Settings
from console.studio import wording
from console.studio.conflict import Conflict
from console.studio.drawing import ScriptView, draw_script
from console.studio.editing_source import Source
from console.studio.findings import Checked, check_draft, others_than
from console.studio.flow_map import FlowMap, Stop, draw_map
from console.studio.gathering import Tried, context_of
from console.studio.preview import (
    FactField,
    Preview,
    asked_facts,
    fact_fields,
    judge,
    read_steps,
    with_invented,
)
from console.web.i18n import gettext as _
from scripts_engine.check import Surroundings
from scripts_engine.facts import FactValue
from scripts_engine.script import Kind, Script


@dataclass(frozen=True, slots=True)
class Desk:
    """What is being written, and from what: `based_on` is the stored version (0: none), `stored` its text."""

    key: str
    based_on: int
    stored: str

    @property
    def is_new(self) -> bool:
        """Whether it is not stored yet."""
        return not self.based_on


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says of the last edit or save: `problem` what could not be done, `told` what was done."""

    problem: str = ""
    told: str = ""
    problems: Sequence[Any] = ()
    conflict: Conflict | None = None
    focus: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who is tried, and the facts that were typed instead of what is known."""

    tried: Tried
    invented: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tries:
    """What the preview shows: who, the facts that the draft asks for, and what would become of it."""

    tried: Tried
    fields: Sequence[FactField] = ()
    preview: Preview | None = None
    steps: Sequence[Any] = field(default=())


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that the page shows."""

    source: Source
    view: ScriptView
    checked: Checked
    map: FlowMap
    tries: Tries


def draw(
    source: Source,
    key: str,
    published: Sequence[Script],
    attempt: Attempt,
    *,
    settings: Settings,
    agent: object,
    there: Surroundings,
) -> Drawn:
    """Everything, for a text that can be read, of the script `key` ("": a new one). `there` is what it may
    name."""
    view = draw_script(source)
    checked = check_draft(source, view, published, key, there)
    tries = _try(checked, others_than(checked.script.key, published), attempt, settings, agent)
    return Drawn(source, view, checked, draw_map(_stops(checked.script)), tries)


def _try(
    checked: Checked,
    others: Sequence[Script],
    attempt: Attempt,
    settings: Settings,
    agent: object,
) -> Tries:
    draft, tried = checked.script, attempt.tried
    facts: dict[str, FactValue] = with_invented(tried.facts, attempt.invented)
    captured = [step.capture.name if step.capture else step.id for step in draft.steps]
    renderer = renderer_for(settings.locale, settings.time_zone, settings.currency)
    steps = read_steps(draft, renderer, context_of(tried, facts, agent, captured))
    preview = judge(draft, others, facts, _today(tried.at, settings)) if checked.can_be_judged else None
    return Tries(tried, fact_fields(asked_facts(draft), facts), preview, steps)


def _today(at: datetime, settings: Settings) -> Any:
    return at.astimezone(settings.time_zone).date()


@lru_cache(maxsize=8)
def renderer_for(locale: str, zone: ZoneInfo, currency: str) -> Renderer:
    """Fills in texts as desks do; it remembers those of drafts, which no desk has."""
    return Renderer(locale, zone, currency)


def _stops(draft: Script) -> list[Stop]:
    """The steps as the map shows them."""
    return [
        Stop(
            name=step.id,
            label=_(wording.KINDS[step.kind]) if step.action is None else _(wording.ACTIONS[step.action]),
            detail=str(dict(step.arguments).get("offer") or step.id),
            ways=[
                *((answer.text, answer.next) for answer in step.answers),
                *(
                    (_("when %(number)s", number=at), branch.next)
                    for at, branch in enumerate(step.branches, 1)
                ),
                *([(_("otherwise") if step.kind is Kind.CHECK else "", step.next)] if step.next else ()),
            ],
            ends=step.end is not None,
        )
        for step in draft.steps
    ]
