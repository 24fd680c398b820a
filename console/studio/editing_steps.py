"""Edits of a script's steps: adding, taking out, moving, and which leads where. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.studio.editing_conditions import FIRST_FACT, EditError, usual
from console.studio.editing_pieces import field_piece, item_piece
from console.studio.editing_scalars import Quoted
from console.studio.editing_source import Source
from scripts_engine import notation
from scripts_engine.errors import Path
from scripts_engine.script import Action, Kind

OUTCOME = "resolved"
"""The outcome with which a step ends the call when nobody has said another one."""

END, NEW_STEP = "", "+"
"""Where a way may lead besides to a step: to the end of the call, to a step that is made for it."""

SPOKEN = (Kind.SAY, Kind.ASK, Kind.DISCLOSE)
CAPTURE = "capture"
CHOICES: tuple[str, ...] = (
    Kind.SAY,
    Kind.ASK,
    CAPTURE,
    Kind.DISCLOSE,
    *(f"do:{action}" for action in Action),
    Kind.CHECK,
    Kind.END,
)
"""What may be added: kinds of steps, `capture` being a question whose answer is taken down."""

_NAMES: Mapping[str, str] = {Kind.ASK: "question", CAPTURE: "question", Kind.DISCLOSE: "disclosure"}
_NEEDS_STEPS = frozenset({Kind.ASK, Kind.CHECK})
ORDER = (
    "id",
    "say",
    "ask",
    "check",
    "disclose",
    "do",
    "with",
    "fallback",
    "answers",
    "capture",
    "next",
    "end",
)


def kind_of(step: Any) -> Kind | None:
    """What a step is, by the word that opens it; None when it is none."""
    if not isinstance(step, Mapping):
        return None
    opening = next((kind for kind in Kind if kind in step and kind is not Kind.END), None)
    return opening or (Kind.END if "end" in step else None)


def steps_of(source: Source) -> list[Any]:
    """The steps as plain values."""
    steps = source.get(("steps",))
    return steps if isinstance(steps, list) else []


def references(source: Source) -> Iterator[tuple[Path, str]]:
    """Every place that says where a way leads, and the step that it names."""
    for at, step in enumerate(steps_of(source)):
        if not isinstance(step, Mapping):
            continue
        place: Path = ("steps", at)
        found = [*_answers(source, at), *_branch_ways(step, place), ((*place, "next"), step.get("next"))]
        yield from ((path, onwards) for path, onwards in found if isinstance(onwards, str))


def _answers(source: Source, at: int) -> list[tuple[Path, Any]]:
    place: Path = ("steps", at, "answers")
    answers = source.get(place)
    if isinstance(answers, Mapping):
        return [((*place, text), onwards) for text, onwards in answers.items()]
    items = answers if isinstance(answers, list) else []
    return [
        ((*place, position, next(iter(item))), next(iter(item.values())))
        for position, item in enumerate(items)
        if isinstance(item, Mapping) and item
    ]


def _branch_ways(step: Mapping[str, Any], place: Path) -> list[tuple[Path, Any]]:
    branches = step.get("check")
    items = enumerate(branches) if isinstance(branches, list) else ()
    return [
        ((*place, "check", at, "next"), item.get("next")) for at, item in items if isinstance(item, Mapping)
    ]


def answers_of(source: Source, at: int) -> list[tuple[str, str]]:
    """The answers of a step, and where they lead; written as a mapping or as a list of pairs."""
    return [(str(path[-1]), str(onwards)) for path, onwards in _answers(source, at)]


# ---- steps ----


def add_step(source: Source, after: int, choice: str) -> tuple[Source, int]:
    """With a new step behind the one at `after` (-1: in front), on the way from that one to the next."""
    kind, _, action = choice.partition(":")
    before = source.get(("steps", after)) if after >= 0 else None
    onwards, source = _taken_over(source, after, before, kind)
    name = _free_name(source, _NAMES.get(kind, action.replace("_", "-") or kind))
    if kind != Kind.END or "end" in onwards:
        source = _lead_on(source, after, before, name)
    place = after + 1
    source = _with_step(source, place, _new_step(name, kind, action, onwards))
    return source, place


def _with_step(source: Source, place: int, step: Mapping[str, Any]) -> Source:
    if source.get(("steps",)) is None:
        return source.put(("steps",), [step])
    return source.insert(("steps",), place, item_piece(step))


def _taken_over(source: Source, after: int, before: Any, kind: str) -> tuple[dict[str, str], Source]:
    """Where the new step leads: where the one before it led."""
    onwards = {
        name: str(before[name]) for name in ("next", "end") if isinstance(before, Mapping) and name in before
    }
    if before is None and steps_of(source):
        onwards = {"next": str(steps_of(source)[0].get("id"))}
    if kind not in _NEEDS_STEPS or "next" in onwards:
        return onwards or {"end": OUTCOME}, source
    name = _free_name(source, "close")
    closing = {"id": name, "end": onwards.get("end", OUTCOME)}
    return {"next": name}, _with_step(source, after + 1, closing)


def _lead_on(source: Source, after: int, before: Any, name: str) -> Source:
    """With the step before the new one leading to it, when it leads on to a single one."""
    if not isinstance(before, Mapping) or kind_of(before) in {Kind.END, None}:
        return source
    single = "next" in before or "end" in before
    return set_onward(source, after, name) if single else source


def _new_step(name: str, kind: str, action: str, onwards: Mapping[str, str]) -> dict[str, Any]:
    onward = onwards.get("next", "")
    made: Mapping[str, dict[str, Any]] = {
        Kind.SAY: {"say": Quoted(), **onwards},
        Kind.ASK: {"ask": Quoted(), "answers": {"yes": onward, "no": onward}},
        CAPTURE: {"ask": Quoted(), "capture": {"name": name.replace("-", "_"), "type": "text"}, **onwards},
        Kind.DISCLOSE: {"disclose": Quoted(), **onwards},
        Kind.CHECK: {"check": [{"when": notation.write(usual(FIRST_FACT)), "next": onward}], "next": onward},
        "do": {"do": action, **onwards},
        Kind.END: {"end": onwards.get("end", OUTCOME)},
    }
    return {"id": name, **made[kind]}


def _free_name(source: Source, wanted: str) -> str:
    taken = {step.get("id") for step in steps_of(source) if isinstance(step, Mapping)}
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def remove_step(source: Source, at: int) -> tuple[Source, int]:
    """Without a step. What led to it leads to where it led, if that was a single place; and how many ways are
    left that lead to nothing."""
    step = source.get(("steps", at))
    name, onward, end = (step.get(field) for field in ("id", "next", "end"))
    source = source.remove(("steps", at))
    single = "answers" not in step and "check" not in step
    for path, _ in [found for found in references(source) if found[1] == name]:
        if single and onward not in (None, name):
            source = source.put(path, onward)
        elif (
            single
            and end is not None
            and path[-1] == "next"
            and len(path) == 3
            and not _is_check(source, path)
        ):
            source = set_onward(source, int(path[1]), END, str(end))
    return source, sum(1 for _, onwards in references(source) if onwards == name)


def _is_check(source: Source, path: Path) -> bool:
    return kind_of(source.get(path[:2])) is Kind.CHECK


def rename_step(source: Source, at: int, name: str) -> Source:
    """With another name for a step, also where ways lead to it."""
    old, name = source.get(("steps", at, "id")), name.strip()
    if not name:
        raise EditError("a step needs a name")
    if any(step.get("id") == name for place, step in enumerate(steps_of(source)) if place != at):
        raise EditError(f'there already is a step "{name}"')
    for path, onwards in list(references(source)):
        if onwards == old:
            source = source.put(path, name)
    return source.put(("steps", at, "id"), name, ORDER)


def change_text(source: Source, at: int, field: str, text: str) -> Source:
    """With another text that is said, asked or disclosed, or another fallback; an empty fallback goes. A
    blank at its end stays: whoever typed it is about to go on, or puts in a value."""
    path: Path = ("steps", at, field)
    text = text.replace("\r\n", "\n").lstrip()
    if field == "fallback" and not text:
        return source if source.get(path) is None else source.remove(path)
    return source.put(path, Quoted(text), ORDER)


def change_kind(source: Source, at: int, kind: str) -> Source:
    """With the text said, asked or disclosed instead. An answer to what is asked is taken down, first."""
    step = source.get(("steps", at))
    old = kind_of(step)
    if old not in SPOKEN or kind not in SPOKEN:
        raise EditError("such a step cannot become another: take it out and add one")
    if old is kind:
        return source
    source = take_down(source, at) if "answers" in step else source
    source = source.rename(("steps", at, str(old)), kind)
    if kind == Kind.ASK:
        return source.put(("steps", at, CAPTURE), _first_capture(step), ORDER)
    return source.remove(("steps", at, CAPTURE)) if old is Kind.ASK else source


# ---- ways ----


def set_onward(source: Source, at: int, onward: str, outcome: str = OUTCOME) -> Source:
    """With a step leading to another one, to a new one, or to the end of the call."""
    place: Path = ("steps", at)
    step = source.get(place)
    if onward == END:
        if "next" not in step:
            return source.put((*place, "end"), step.get("end", outcome), ORDER)
        if kind_of(step) is Kind.CHECK:
            return source.remove((*place, "next"))
        return source.rename((*place, "next"), "end").put((*place, "end"), outcome)
    source, onward = _made(source, onward)
    if "end" in step and "next" not in step:
        return source.rename((*place, "end"), "next").put((*place, "next"), onward)
    return source.put((*place, "next"), onward, ORDER)


def lead_to(source: Source, path: Path, onward: str) -> Source:
    """With an answer or a branch leading to another step, or to a new one."""
    source, onward = _made(source, onward)
    return source.put(path, onward, ("when", "next"))


def _made(source: Source, onward: str) -> tuple[Source, str]:
    """The name of the step, which is made when it is a new one."""
    if onward != NEW_STEP:
        return source, onward
    name = _free_name(source, Kind.SAY)
    step = {"id": name, "say": Quoted(), "end": OUTCOME}
    return _with_step(source, len(steps_of(source)), step), name


def change_outcome(source: Source, at: int, outcome: str) -> Source:
    """With another outcome where the step ends the call."""
    return source.put(("steps", at, "end"), outcome.strip(), ORDER)


# ---- answers ----


def add_answer(source: Source, at: int) -> Source:
    """With one more answer, which leads to where the last one does."""
    answers = answers_of(source, at)
    text = next(name for number in range(len(answers) + 1) if (name := _answer(number)) not in dict(answers))
    onward = answers[-1][1] if answers else str(source.get(("steps", at, "id")))
    place: Path = ("steps", at, "answers")
    is_list = isinstance(source.get(place), list)
    piece = item_piece({text: onward}) if is_list else field_piece(text, onward)
    return source.insert(place, len(answers), piece)


def _answer(number: int) -> str:
    return "something else" if number == 0 else f"something else {number + 1}"


def answer_path(source: Source, at: int, position: int) -> Path:
    """The place of an answer."""
    found = _answers(source, at)
    if not 0 <= position < len(found):
        raise EditError("there is no such answer")
    return found[position][0]


def rename_answer(source: Source, at: int, position: int, text: str) -> Source:
    """With other words for an answer."""
    text, path = text.strip(), answer_path(source, at, position)
    if text == path[-1]:
        return source
    if text in dict(answers_of(source, at)):
        raise EditError(f'there already is an answer "{text}"')
    return source.rename(path, text)


def _entry(path: Path) -> Path:
    """The entry that an answer is: the field, or the item of a list."""
    return path[:-1] if isinstance(path[-2], int) else path


def remove_answer(source: Source, at: int, position: int) -> Source:
    """Without an answer."""
    return source.remove(_entry(answer_path(source, at, position)))


def move_answer(source: Source, at: int, position: int, to: int) -> Source:
    """With an answer in another place."""
    if not 0 <= to < len(_answers(source, at)):
        raise EditError("it cannot be moved any further")
    return source.move(_entry(answer_path(source, at, position)), to)


def take_down(source: Source, at: int) -> Source:
    """With the answer taken down, instead of chosen from several."""
    step = source.get(("steps", at))
    if CAPTURE in step:
        return source
    answers = answers_of(source, at)
    source = source.put(("steps", at, CAPTURE), _first_capture(step), ORDER)
    source = source.remove(("steps", at, "answers")) if "answers" in step else source
    return set_onward(source, at, answers[0][1]) if answers else set_onward(source, at, END)


def choose_from(source: Source, at: int) -> Source:
    """With the answer chosen from several, instead of taken down."""
    step, place = source.get(("steps", at)), ("steps", at)
    if "answers" in step:
        return source
    onward = step.get("next")
    if onward is None:
        onward = _free_name(source, "close")
        source = _with_step(source, at + 1, {"id": onward, "end": step.get("end", OUTCOME)})
    source = source.put((*place, "answers"), {"yes": onward, "no": onward}, ORDER)
    for field in (CAPTURE, "next", "end"):
        source = source.remove((*place, field)) if field in step else source
    return source


def _first_capture(step: Mapping[str, Any]) -> dict[str, str]:
    name = "".join(letter if letter.isalnum() else "_" for letter in str(step.get("id", "")).lower())
    return {"name": name if name.isascii() and name and not name[0].isdigit() else "answer", "type": "text"}
