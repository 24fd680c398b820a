"""What a draft would do on a call: picked or not, why, what else, and how its steps read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from console.scripts.rendering import Context, Renderer
from console.scripts.value_words import why_in_words
from console.studio.editing_conditions import NO, YES, join_list, split_list
from console.studio.wording import Option
from console.web.i18n import gettext as _
from scripts_engine.conditions import comparisons
from scripts_engine.explanation import Reason
from scripts_engine.facts import ANSWER, NUMERIC, Facts, FactType, FactValue, find_fact, value_mistake
from scripts_engine.near_misses import near_misses
from scripts_engine.run import first_step
from scripts_engine.script import Script
from scripts_engine.selection import Index, applies, rank

UNKNOWN = ""
ALWAYS_ASKED = ("call.line",)


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact that the draft asks for, to be tried with another value; `options` for yes, no and the like."""

    name: str
    label: str
    value: str
    kind: str
    options: Sequence[Option] = ()


@dataclass(frozen=True, slots=True)
class StepPreview:
    """A step as it reads; `failed`: why its text could not be filled in and the fallback stands there;
    `details`: with what something is done."""

    number: int
    kind: str
    text: str
    failed: str
    answers: Sequence[str]
    details: Sequence[Sequence[str]]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be picked: `outcome` is picked, second, beaten or not (it does not apply)."""

    outcome: str
    sentence: str
    why: Sequence[Reason]
    other: str
    other_sentence: str
    steps: Sequence[StepPreview] = ()


def judge(draft: Script, others: Sequence[Script], facts: Facts, today: date) -> Preview:
    """Whether the draft would be picked for these facts, among the others."""
    applying = sorted((each for each in (*others, draft) if applies(each, facts, today)), key=rank)
    pick = Index(applying[:2]).pick(facts, today)
    if draft not in applying:
        return Preview("not", _missing(draft, facts, today), (), _title(pick.script), pick.sentence)
    own = Index([draft]).pick(facts, today)
    if pick.script is draft:
        return Preview("picked", own.sentence, own.why, _title(pick.runner_up), "")
    outcome = "second" if pick.runner_up is draft else "beaten"
    return Preview(outcome, _applies(own.why), own.why, _title(pick.script), pick.sentence)


def _title(script: Script | None) -> str:
    return script.title if script else ""


def _applies(why: Sequence[Reason]) -> str:
    """Why a script applies that is not chosen."""
    reasons = ", ".join(dict.fromkeys(reason.text for reason in why))
    return _("It applies because %(reasons)s.", reasons=reasons) if reasons else _("It always applies.")


def _missing(draft: Script, facts: Facts, today: date) -> str:
    near = near_misses([draft], facts, today, most=1)
    if near:
        return near[0].sentence
    return _("It is not in force on this day.")


def read_steps(draft: Script, renderer: Renderer, context: Context) -> list[StepPreview]:
    """How each step reads."""
    facts: Facts = context.get("facts") or {}  # type: ignore[assignment]  # what stands there are the facts
    first = first_step(draft, facts) if draft.steps else None
    failures: dict[str, str] = {}

    def note(step: str, why: str) -> None:
        failures[step] = why_in_words(why)

    drawn = [renderer.step(step, context, note) for step in draft.steps]
    return [
        StepPreview(
            number,
            each["kind"],
            each["text"],
            failures.get(step.id, ""),
            each["answers"],
            each["details"],
            step is first,
        )
        for number, (step, each) in enumerate(zip(draft.steps, drawn, strict=True), start=1)
    ]


def asked_facts(draft: Script) -> list[str]:
    """The facts that the draft asks for, each once."""
    asked = [comparison.fact for comparison in comparisons(draft.when)]
    asked += [
        comparison.fact
        for step in draft.steps
        for branch in step.branches
        for comparison in comparisons(branch.when)
    ]
    places = [("call.queue", draft.queues), ("caller.language", draft.language)]
    asked += [fact for fact, given in places if given]
    known = (fact for fact in [*asked, *ALWAYS_ASKED] if not fact.startswith(ANSWER))
    return list(dict.fromkeys(known))


def fact_fields(names: Sequence[str], facts: Facts) -> list[FactField]:
    """Fields for these facts, with the values that they have."""
    return [_field(name, facts.get(name)) for name in names]


def _field(name: str, value: FactValue | None) -> FactField:
    fact = find_fact(name)
    if fact is None:
        raise AssertionError(name)  # reading the script says so
    label, unknown = _(fact.label), (UNKNOWN, _("unknown"))
    shown = _shown(value)
    if fact.type is FactType.YES_NO:
        return FactField(name, label, shown, "menu", [unknown, (YES, _("yes")), (NO, _("no"))])
    if fact.choices:
        options = [unknown, *((choice, _(choice)) for choice in fact.choices)]
        return FactField(name, label, shown, "menu", options)
    return FactField(name, label, shown, "number" if fact.type in NUMERIC else "text")


def _shown(value: FactValue | None) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return YES if value else NO
    return join_list(value) if isinstance(value, tuple | list) else str(value)


def with_invented(facts: Facts, typed: Mapping[str, str]) -> dict[str, FactValue]:
    """The facts with those that were typed instead; what cannot be such a fact is left as it is known."""
    changed = dict(facts)
    for name, text in typed.items():
        value = _typed(name, text.strip())
        if value is None:
            changed.pop(name, None)
        elif value_mistake(name, value) is None:
            changed[name] = value
    return changed


def _typed(name: str, text: str) -> FactValue | None:
    fact = find_fact(name)
    if fact is None or text == UNKNOWN:
        return None
    if fact.type is FactType.YES_NO:
        return text == YES
    if fact.type is FactType.LIST:
        return tuple(split_list(text))
    if fact.type in {*NUMERIC, FactType.NUMBER_OR_TEXT}:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    return text
