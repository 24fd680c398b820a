"""A script's steps with this customer's values put in.

A text that fails shows its fallback: a pop is never lost because of a text, and never late, because texts are
compiled beforehand. Whoever asks for a step is told of it (`Tell`), for the script's author (`failures`).
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypedDict
from zoneinfo import ZoneInfo

from console.scripts.filling import Text, TextEnvironment, TextError
from console.scripts.templates import has_values
from console.web.i18n import N_, translations
from scripts_engine.captures import in_words, value_of
from scripts_engine.facts import Facts
from scripts_engine.run import Run, first_step, given_answers
from scripts_engine.script import Action, CaptureType, Kind, Script, Step

MAX_TEXTS = 20_000
"""Compiled texts that are kept; the others are compiled when they are shown."""

REGION = "region"
"""Beside what texts may name, a context may have the country of the caller's number: it decides, with the
customer's language, how days and amounts are written."""

Argument = str | int | float | bool
Context = Mapping[str, object]
"""What texts may name, by the names in `templates.VALUES`; missing ones lead to the fallback. And REGION."""

Tell = Callable[[str, str], None]
"""Told of a step whose text could not be filled in, and why."""

ACTIONS: Mapping[Action, str] = {
    Action.OPEN_CASE: N_("Open a case"),
    Action.SCHEDULE_CALLBACK: N_("Schedule a call-back"),
    Action.TRANSFER: N_("Transfer the call"),
    Action.OFFER: N_("Make an offer"),
}
IN_DAYS = "in_days"
"""The argument that says when to call back: it is asked for, so it is no detail."""

END = N_("The script ends here.")

_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


class RenderedStep(TypedDict):
    """A step as the desk shows it. `failed`: its text, or what it is done with, could not be filled in; the
    fallback, or less, stands there.
    `answers` may be chosen from; else something of the type `capture` ("" where nothing is) is typed, called
    `label`. `action` ("": none) is done with `details`: pairs of name and value; IN_DAYS is `in_days`."""

    id: str
    kind: str
    text: str
    failed: bool
    answers: list[str]
    capture: str
    label: str
    action: str
    details: list[list[str]]
    in_days: str


def tell_nobody(_step: str, _why: str) -> None:
    """For those who show the fallback, and whose script's author is not to be told."""


class Renderer:
    """Fills in texts: in the customer's language where one is known, else for one locale."""

    def __init__(self, locale: str, zone: ZoneInfo, currency: str) -> None:
        self._environment = TextEnvironment(locale, zone, currency)
        self._gettext = translations(locale).gettext
        self._compiled: dict[str, Text | None] = {}

    async def warm(self, scripts: Iterable[Script]) -> None:
        """Compile the texts of these scripts, so that no call waits for it; others get a turn after each."""
        for script in scripts:
            for step in script.steps:
                if has_values(step.text) and step.text not in self._compiled:
                    if len(self._compiled) >= MAX_TEXTS:
                        return
                    self._template(step.text)
                    await asyncio.sleep(0)

    def first_step(self, script: Script, context: Context, tell: Tell = tell_nobody) -> RenderedStep | None:
        """The first step that the agent sees; None when the script has none for these facts."""
        facts: Facts = context.get("facts") or {}  # type: ignore[assignment]  # what stands there are the facts
        step = first_step(script, facts)
        return None if step is None else self.step(step, context, tell)

    def step(self, step: Step, context: Context, tell: Tell = tell_nobody) -> RenderedStep:
        """One step, filled in."""
        failed = list[str]()

        def told(name: str, why: str) -> None:
            failed.append(why)
            tell(name, why)

        text, arguments = self._text(step, context, told), self.arguments(step, context, told)
        capture = step.capture
        return RenderedStep(
            id=step.id,
            kind=str(step.kind),
            text=text,
            failed=bool(failed),
            answers=[answer.text for answer in step.answers] or list(capture.choices if capture else ()),
            capture=str(capture.type) if capture else "",
            label=in_words(capture.name) if capture else "",
            action=str(step.action or ""),
            details=[[in_words(name), str(value)] for name, value in arguments.items() if name != IN_DAYS],
            in_days=str(arguments.get(IN_DAYS, "")),
        )

    def arguments(self, step: Step, context: Context, tell: Tell = tell_nobody) -> dict[str, Argument]:
        """What an action is to be done with, filled in. Values that are missing leave gaps; where no words
        would be left it is done without it, under the script's title."""
        filled = {
            name: self._argument(value, context, partial(tell, step.id)) for name, value in step.arguments
        }
        return {name: value for name, value in filled.items() if value is not None}

    def _argument(self, value: Argument, context: Context, tell: Callable[[str], None]) -> Argument | None:
        if not isinstance(value, str) or not has_values(value):
            return value
        try:
            return self.fill_in(value, context)
        except TextError as error:
            tell(error.why)
        left = with_gaps(value)
        return left if any(map(str.isalnum, left)) else None

    def _text(self, step: Step, context: Context, tell: Tell) -> str:
        if step.action is not None:
            return self._gettext(ACTIONS[step.action])
        if step.kind is Kind.END:
            return self._gettext(END)
        if not has_values(step.text):
            return step.text
        try:
            return self.fill_in(step.text, context)
        except TextError as error:
            tell(step.id, error.why)
        return step.fallback or with_gaps(step.text)

    def fill_in(self, text: str, context: Context) -> str:
        """A text with its values. Raises TextError."""
        template = self._template(text)
        if template is None:
            raise TextError("the text cannot be used as it is written: the check of its script says why")
        language = getattr(context.get("customer"), "language", None)
        region = context.get(REGION)
        return self._environment.fill_in(
            template,
            context,
            language if isinstance(language, str) else None,
            region if isinstance(region, str) else None,
        )

    def _template(self, text: str) -> Text | None:
        if text not in self._compiled:
            if len(self._compiled) >= MAX_TEXTS:
                del self._compiled[next(iter(self._compiled))]
            self._compiled[text] = self._environment.compile_text(text)
        return self._compiled[text]


def with_gaps(text: str) -> str:
    """The text with a gap for each value: what is left when there is no fallback."""
    return "".join(_gaps(text))


def _gaps(text: str) -> Iterator[str]:
    at = 0
    while (begin := text.find("{", at)) >= 0:
        opening = text[begin : begin + 2]
        closing = _CLOSING.get(opening)
        end = text.find(closing, begin + 2) if closing else -1
        if closing and end < 0:
            break  # nothing that begins here ends: no use in looking on from every brace
        yield text[at:begin]
        yield "…" if opening == "{{" else "" if closing else "{"
        at = end + 2 if closing else begin + 1
    yield text[at:]


def spoken_answers(run: Run, script: Script) -> dict[str, object]:
    """What was answered, as texts name it: days as days, amounts as amounts."""
    return {name: _spoken(kind, kept) for name, kind, kept in given_answers(run, script)}


def _spoken(kind: CaptureType | None, kept: str) -> object:
    if kind is CaptureType.DATE:
        return date.fromisoformat(kept)
    if kind is CaptureType.MONEY:
        return Decimal(kept.partition(" ")[0])
    return value_of(kind, kept) if kind else kept
