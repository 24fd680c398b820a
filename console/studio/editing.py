"""Every edit that the page offers, as one table: text in, text out. Pure.

The text of the page is the single truth: an edit is named by what it does, the place in the script's document
where, and what was chosen or typed there.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.scripts.yaml_files import without_odd_characters
from console.studio import editing_answers as answers
from console.studio import editing_articles as articles
from console.studio import editing_conditions as conditions
from console.studio import editing_details as details
from console.studio import editing_order as order
from console.studio import editing_script as script
from console.studio import editing_steps as steps
from console.studio.editing_conditions import EditError, split_list
from console.studio.editing_source import Source
from console.studio.values import written
from console.web.i18n import gettext as _
from console.web.i18n import ngettext
from scripts_engine.errors import Path
from scripts_engine.facts import ATTRIBUTE

MOST_PARTS = 60
"""Parts of the path of a place."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The script after an edit; `focus` is the place where one goes on (None: where one is), `told` what else
    happened by it."""

    source: Source
    focus: Path | None = None
    told: str = ""


Edit = Callable[[Source, Path, str], Edited]


def edit(
    source: Source, what: str, at: Path, value: str = "", edits: "Mapping[str, Edit] | None" = None
) -> Edited:
    """The script after the edit, one of `edits` (None: of EDITS). Raises EditError, or InvalidError when it
    would be no YAML any more."""
    known = EDITS if edits is None else edits
    if what not in known:
        raise EditError(_("This page is out of date: reload it. What you wrote is kept."))
    try:
        return known[what](source, at, without_odd_characters(value))
    except (LookupError, TypeError, ValueError, AttributeError):
        raise EditError(_("What was to be changed is not there any more. Nothing was changed.")) from None


def read_place(text: str) -> Path:
    """A place as the page sends it: `["when", "all", 0]`. Raises EditError."""
    try:
        parts = json.loads(text or "[]")
    except ValueError:
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) > MOST_PARTS
        or not all(type(part) in {str, int} for part in parts)
    ):
        raise EditError(_("This page is out of date: reload it. What you wrote is kept."))
    return tuple(parts)


def _plain(change: Callable[[Source, Path, str], Source]) -> Edit:
    return lambda source, at, value: Edited(change(source, at, value))


def _placed(change: Callable[[Source, Path, str], tuple[Source, Path]]) -> Edit:
    return lambda source, at, value: Edited(*change(source, at, value))


def _step(at: Path) -> int:
    return _whole(at[1])


def _whole(part: str | int) -> int:
    if not isinstance(part, int):
        raise TypeError(part)
    return part


def _do(source: Source, at: Path, value: str) -> Edited:
    """What the menu of a condition offers."""
    if value in {"up", "down", "in", "out"}:
        return Edited(*conditions.move(source, at, value))
    if value == "remove":
        return Edited(conditions.remove(source, at), ("when",) if at[0] == "when" else at[:2])
    if value == "not":
        return Edited(conditions.negate(source, at), at)
    return Edited(conditions.wrap(source, at, value), at)


def _add_step(source: Source, at: Path, value: str) -> Edited:
    after = _step(at) if len(at) > 1 else -1
    changed, place = steps.add_step(source, after, value)
    return Edited(changed, ("steps", place))


def _remove_step(source: Source, at: Path, _value: str) -> Edited:
    name = source.get((*at, "id"))
    changed, lost = steps.remove_step(source, _step(at))
    told = ngettext(
        "%(num)s way still leads to %(name)s, which is gone: it is marked.",
        "%(num)s ways still lead to %(name)s, which is gone: they are marked.",
        lost,
        name=name,
    )
    return Edited(changed, ("steps", max(0, _step(at) - 1)), told if lost else "")


def _move_step(source: Source, at: Path, value: str) -> Edited:
    to = _step(at) + (1 if value == "down" else -1)
    changed, follows = order.move_step(source, _step(at), to)
    told = _(
        "Only the card was moved: where these steps lead stays, because one does not simply follow the other."
    )
    begins = _("Calls begin with %(name)s now.", name=changed.get(("steps", 0, "id")))
    words = f"{told} {begins}" if 0 in {_step(at), to} else told
    return Edited(changed, ("steps", to), "" if follows else words)


def _onward(source: Source, at: Path, value: str) -> Source:
    """Where a step, an answer or a branch leads."""
    if len(at) == 2:
        return steps.set_onward(source, _step(at), value)
    if at[2] == "answers":
        return steps.lead_to(source, steps.answer_path(source, _step(at), _whole(at[3])), value)
    return steps.lead_to(source, (*at, "next"), value)


def _text(source: Source, at: Path, value: str) -> Source:
    return steps.change_text(source, _step(at), str(at[2]), written(value))


def _way_of_asking(source: Source, at: Path, value: str) -> Source:
    change = steps.take_down if value == steps.CAPTURE else steps.choose_from
    return change(source, _step(at))


def _rename_step(source: Source, at: Path, value: str) -> Source:
    before = answers.taken_down(source.get(at))
    return answers.follow(steps.rename_step(source, _step(at), value), _step(at), before)


def _rename_capture(source: Source, at: Path, value: str) -> Source:
    before = answers.taken_down(source.get(at))
    return answers.follow(details.rename_capture(source, _step(at), value), _step(at), before)


def _add_answer(source: Source, at: Path, _value: str) -> Edited:
    changed = steps.add_answer(source, _step(at))
    return Edited(changed, (*at, "answers", len(steps.answers_of(changed, _step(at))) - 1))


def _move_answer(source: Source, at: Path, value: str) -> Edited:
    to = _whole(at[3]) + (1 if value == "down" else -1)
    return Edited(steps.move_answer(source, _step(at), _whole(at[3]), to), (*at[:3], to))


def _move_branch(source: Source, at: Path, value: str) -> Edited:
    to = _whole(at[3]) + (1 if value == "down" else -1)
    if not 0 <= to < len(source.get(at[:3])):
        raise EditError(_("It cannot be moved any further."))
    return Edited(source.move(at, to), (*at[:3], to))


def _attribute(source: Source, at: Path, value: str) -> Source:
    return conditions.change_fact(source, at, conditions.attribute(value))


def _fact(name: str) -> str:
    """The fact that was chosen; an attribute still has to be named."""
    return f"{ATTRIBUTE}name" if name == ATTRIBUTE else name


def _title(source: Source, at: Path, value: str) -> Source:
    return script.change_title(source, value, is_new=bool(at))


EDITS: Mapping[str, Edit] = {
    "title": _plain(_title),
    "key": _plain(lambda source, _at, value: script.change_key(source, value)),
    "priority": _plain(lambda source, _at, value: script.change_priority(source, value)),
    "lines": _plain(lambda source, _at, value: script.change_lines(source, value)),
    "queues": _plain(lambda source, _at, value: script.change_queues(source, value)),
    "field": _plain(lambda source, at, value: script.change_text(source, str(at[0]), value)),
    "article.add": _plain(lambda source, _at, value: articles.add_article(source, value)),
    "article.remove": lambda source, at, _value: Edited(articles.remove_article(source, at), articles.PLACE),
    "condition.add": _placed(lambda source, at, value: conditions.add(source, at, _fact(value))),
    "condition.group": _placed(conditions.add_group),
    "condition.fact": _plain(lambda source, at, value: conditions.change_fact(source, at, _fact(value))),
    "condition.attribute": _plain(_attribute),
    "condition.operator": _plain(conditions.change_operator),
    "condition.value": _plain(conditions.change_value),
    "condition.text": _plain(conditions.change_text),
    "condition.word": _plain(conditions.change_word),
    "condition.do": _do,
    "step.add": _add_step,
    "step.remove": _remove_step,
    "step.move": _move_step,
    "step.name": _plain(_rename_step),
    "step.kind": _plain(lambda source, at, value: steps.change_kind(source, _step(at), value)),
    "step.text": _plain(_text),
    "step.onward": _plain(_onward),
    "step.outcome": _plain(lambda source, at, value: steps.change_outcome(source, _step(at), value)),
    "step.asking": _plain(_way_of_asking),
    "answer.add": _add_answer,
    "answer.text": _plain(
        lambda source, at, value: steps.rename_answer(source, _step(at), _whole(at[3]), value)
    ),
    "answer.move": _move_answer,
    "answer.remove": lambda source, at, _value: Edited(
        steps.remove_answer(source, _step(at), _whole(at[3])), at[:2]
    ),
    "branch.add": lambda source, at, _value: Edited(*details.add_branch(source, _step(at))),
    "branch.move": _move_branch,
    "branch.remove": lambda source, at, _value: Edited(source.remove(at), at[:2]),
    "capture.name": _plain(_rename_capture),
    "capture.type": _plain(
        lambda source, at, value: details.change_capture(source, _step(at), "type", value)
    ),
    "capture.choices": _plain(
        lambda source, at, value: details.change_choices(source, _step(at), split_list(value))
    ),
    "action": _plain(lambda source, at, value: details.change_action(source, _step(at), value)),
    "argument": _plain(
        lambda source, at, value: details.change_argument(source, _step(at), str(at[3]), written(value))
    ),
}
"""By its name in the page."""


def place_of(at: Path) -> str:
    """A place as the page sends it."""
    return json.dumps(at, ensure_ascii=False)


def mark_of(at: Path) -> str:
    """The id of a place in the page."""
    return "-".join(["at", *("".join(c if c.isalnum() else "_" for c in str(part)) for part in at)])
