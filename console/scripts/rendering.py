"""A script's steps with this customer's values put in.

A text that fails shows its fallback: a pop is never lost because of a text, and never late, because texts are
compiled beforehand.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypedDict
from zoneinfo import ZoneInfo

from jinja2 import Template

from console.scripts.templates import TextEnvironment, has_values, mistakes
from console.web.i18n import N_, translations
from scripts_engine.captures import in_words, value_of
from scripts_engine.facts import Facts
from scripts_engine.run import Run, first_step, given_answers
from scripts_engine.script import Action, CaptureType, Kind, Script, Step

MAX_TEXTS = 20_000
"""Compiled texts that are kept."""

Argument = str | int | float | bool
Context = Mapping[str, object]
"""What texts may name, by the names in `templates.VALUES`; missing ones lead to the fallback."""

ACTIONS: Mapping[Action, str] = {
    Action.OPEN_CASE: N_("Open a case"),
    Action.SCHEDULE_CALLBACK: N_("Schedule a call-back"),
    Action.TRANSFER: N_("Transfer the call"),
    Action.OFFER: N_("Make an offer"),
}
END = N_("The script ends here.")

_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_BLOCK = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class RenderedStep(TypedDict):
    """A step as the desk shows it. `failed`: its text could not be filled in, the fallback stands there.
    `answers` may be chosen from; else something of the type `capture` ("" where nothing is) is typed, called
    `label`. `details` are the arguments of an action: pairs of name and value."""

    id: str
    kind: str
    text: str
    failed: bool
    answers: list[str]
    capture: str
    label: str
    details: list[list[str]]


class Renderer:
    """Fills in texts for one locale, time zone and currency."""

    def __init__(self, locale: str, zone: ZoneInfo, currency: str) -> None:
        self._environment = TextEnvironment(locale, zone, currency)
        self._gettext = translations(locale).gettext
        self._compiled: dict[str, Template | None] = {}

    def warm(self, scripts: Iterable[Script]) -> None:
        """Compile the texts of these scripts, so that no call waits for it."""
        for script in scripts:
            for step in script.steps:
                if has_values(step.text):
                    self._template(step.text)

    def first_step(self, script: Script, context: Context) -> RenderedStep | None:
        """The first step that the agent sees; None when the script has none for these facts."""
        facts: Facts = context.get("facts") or {}  # type: ignore[assignment]  # what stands there are the facts
        step = first_step(script, facts)
        return None if step is None else self.step(step, context)

    def step(self, step: Step, context: Context) -> RenderedStep:
        """One step, filled in."""
        text, failed = self._text(step, context)
        capture = step.capture
        return RenderedStep(
            id=step.id,
            kind=str(step.kind),
            text=text,
            failed=failed,
            answers=[answer.text for answer in step.answers] or list(capture.choices if capture else ()),
            capture=str(capture.type) if capture else "",
            label=in_words(capture.name) if capture else "",
            details=[[in_words(name), str(value)] for name, value in self.arguments(step, context).items()],
        )

    def arguments(self, step: Step, context: Context) -> dict[str, Argument]:
        """What an action is to be done with, filled in; values that are missing leave gaps."""
        return {name: self._argument(value, context) for name, value in step.arguments}

    def _argument(self, value: Argument, context: Context) -> Argument:
        if not isinstance(value, str) or not has_values(value):
            return value
        return self._filled_in(value, context) or with_gaps(value)

    def _text(self, step: Step, context: Context) -> tuple[str, bool]:
        if step.action is not None:
            return self._gettext(ACTIONS[step.action]), False
        if step.kind is Kind.END:
            return self._gettext(END), False
        if not has_values(step.text):
            return step.text, False
        text = self._filled_in(step.text, context)
        return (step.fallback or with_gaps(step.text), True) if text is None else (text, False)

    def _filled_in(self, text: str, context: Context) -> str | None:
        template = self._template(text)
        if template is not None:
            try:
                return self._environment.fill_in(template, context)
            except Exception:  # noqa: BLE001, S110 (whatever a text does wrong, the fallback is the answer)
                pass
        return None

    def _template(self, text: str) -> Template | None:
        if text not in self._compiled:
            if len(self._compiled) >= MAX_TEXTS:
                self._compiled.clear()
            self._compiled[text] = None if mistakes(text) else self._environment.from_string(text)
        return self._compiled[text]


def with_gaps(text: str) -> str:
    """The text with a gap for each value: what is left when there is no fallback."""
    return _VALUE.sub("…", _BLOCK.sub("", text))


def spoken_answers(run: Run, script: Script) -> dict[str, object]:
    """What was answered, as texts name it: days as days, amounts as amounts."""
    return {name: _spoken(kind, kept) for name, kind, kept in given_answers(run, script)}


def _spoken(kind: CaptureType | None, kept: str) -> object:
    if kind is CaptureType.DATE:
        return date.fromisoformat(kept)
    if kind is CaptureType.MONEY:
        return Decimal(kept.partition(" ")[0])
    return value_of(kind, kept) if kind else kept
