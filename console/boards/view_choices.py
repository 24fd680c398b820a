"""What a supervisor may choose to see on the board, as fields of its form, as the address has them, and as
they are kept. What makes no sense (any more) chooses nothing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict

from console.boards.figure_drawing import ON_TILES
from console.web.i18n import N_

Words = Mapping[str, str]
"""What can be chosen, and how it is called; "" is the usual."""

LINES: Words = {"": N_("both"), "1": N_("first"), "2": N_("second"), "apart": N_("both, apart")}
QUEUES_BY: Words = {
    "": N_("line and name"),
    "waiting": N_("callers waiting"),
    "longest": N_("longest wait"),
    "free": N_("fewest agents free"),
}
AGENTS_BY: Words = {"": N_("line and name"), "state": N_("state"), "since": N_("longest in their state")}
AGENTS: Words = {
    "": N_("all"),
    "here": N_("who are here"),
    "available": N_("available"),
    "ringing": N_("ringing"),
    "on_call": N_("on call"),
    "wrap_up": N_("wrap-up"),
    "on_break": N_("on a break"),
    "offline": N_("offline"),
}
SIZES: Words = {"": N_("roomy"), "dense": N_("dense")}
PARTS: Words = {"alerts": N_("alerts"), "queues": N_("queues"), "agents": N_("agents")}

ONE_OF: Mapping[str, Words] = {
    "line": LINES,
    "queues_by": QUEUES_BY,
    "agents_by": AGENTS_BY,
    "agents": AGENTS,
    "size": SIZES,
}
"""Fields that say one word of these."""

LONGEST_QUEUE = 100
MOST_QUEUES = 100
"""So many queues can be picked out; a form has no more fields."""

Fields = ImmutableMultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the board shows. No `queues`: all of them. What is being looked
    for by name is not among it: it may be a caller's, which nobody is to keep."""

    line: str = ""
    queues_by: str = ""
    agents_by: str = ""
    agents: str = ""
    size: str = ""
    queues: Sequence[str] = ()
    figures: Sequence[str] = ON_TILES
    parts: Sequence[str] = tuple(PARTS)


NAMES = tuple(field.name for field in fields(Choices))
USUAL = Choices()


def read_choices(said: Fields) -> Choices:
    """What a form, or an address, says."""
    words = {name: _word(said.get(name), ONE_OF[name]) for name in ONE_OF}
    return _sensible(
        Choices(
            **words,
            queues=said.getlist("queues"),
            figures=said.getlist("figures"),
            parts=said.getlist("parts"),
        )
    )


def to_query(choices: Choices) -> str:
    """As an address says them."""
    said = {name: value for name, value in asdict(choices).items() if value}
    return urlencode(said, doseq=True)


def hidden(choices: Choices) -> list[str]:
    """The parts and figures that are not shown, as the style sheet names them."""
    figures = [f"figure-{key}" for key in ON_TILES if key not in choices.figures]
    if not choices.figures:
        figures = ["figures"]
    return [part for part in PARTS if part not in choices.parts] + figures


def write_choices(choices: Choices) -> dict[str, Any]:
    """As they are kept."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(choices).items()
    }


def kept_choices(kept: Mapping[str, Any]) -> Choices:
    """As they were kept, perhaps by another version of Lineside."""
    known = {name: kept[name] for name in NAMES if name in kept}
    return _sensible(replace(USUAL, **known))


def _word(said: object, words: Words) -> str:
    return said if isinstance(said, str) and said in words else ""


def _sensible(choices: Choices) -> Choices:
    """Whoever shows no part of the board shows all of it."""
    words = {name: _word(getattr(choices, name), ONE_OF[name]) for name in ONE_OF}
    named = [queue for queue in dict.fromkeys(choices.queues) if 0 < len(queue) <= LONGEST_QUEUE]
    return Choices(
        **words,
        queues=tuple(named[:MOST_QUEUES]),
        figures=tuple(key for key in ON_TILES if key in choices.figures),
        parts=tuple(part for part in PARTS if part in choices.parts) or USUAL.parts,
    )
