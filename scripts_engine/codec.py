"""A script's document (the plain dict that a YAML or JSON file holds) to a Script and back.

Reading reports everything that is wrong at once, each with its place and the nearest right name. Days may
come as dates or as ISO text. Answers may come as a mapping or as a list of single pairs, which keeps their
order in stores that do not keep a mapping's.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from scripts_engine import condition_codec
from scripts_engine.errors import Finding, Path, ScriptError
from scripts_engine.facts import nearest_name
from scripts_engine.reading import MAX_NAME, Fields, Reading, shown
from scripts_engine.script import (
    DEFAULT_PRIORITY,
    HIGHEST_PRIORITY,
    LINES,
    Action,
    Answer,
    Branch,
    Capture,
    CaptureType,
    Kind,
    Script,
    Step,
)

MAX_STEPS = 200
MAX_ANSWERS = 20
MAX_QUEUES = 200
MAX_ARGUMENTS = 20
MAX_ARTICLES = 20
"""Bounds of one script."""

Document = dict[str, Any]
"""A script as plain dicts, lists, texts and numbers, in the form of the script file."""

FIELDS = (
    *("script", "title", "lines", "queues", "language", "priority", "from", "until"),
    *("articles", "when", "steps"),
)

_ONWARDS = ("next", "end")
STEP_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.SAY: ("id", "say", "fallback", *_ONWARDS),
    Kind.ASK: ("id", "ask", "fallback", "answers", "capture", *_ONWARDS),
    Kind.CHECK: ("id", "check", "next"),
    Kind.DISCLOSE: ("id", "disclose", "fallback", *_ONWARDS),
    Kind.DO: ("id", "do", "with", *_ONWARDS),
    Kind.END: ("id", "end"),
}
"""The fields that each kind of step may have. The word that opens it comes second."""


def script_from_dict(document: object, label: str = "script") -> Script:
    """The script that a document says. `label` names it in findings while its key is missing.

    Raises ScriptError with everything that is wrong.
    """
    script, findings = read_script(document, label)
    if findings:
        raise ScriptError(findings)
    return script


def read_script(document: object, label: str = "script") -> tuple[Script, list[Finding]]:
    """As much of the script as can be read, and everything that is wrong with its document."""
    key = document.get("script") if isinstance(document, Mapping) else None
    reading = Reading(key[:MAX_NAME] if isinstance(key, str) and key.strip() else label)
    script = _script(reading, reading.fields(document, (), "a script", FIELDS))
    return script, reading.findings


def _script(reading: Reading, fields: Fields) -> Script:
    when = fields.get("when")
    starts_on, ends_on = reading.day(fields, "from", ()), reading.day(fields, "until", ())
    if starts_on and ends_on and ends_on < starts_on:
        reading.report(("until",), f'"until" ({ends_on}) lies before "from" ({starts_on})')
    return Script(
        key=reading.key(fields.get("script"), ("script",), '"script", the key,'),
        title=reading.text(fields.get("title"), ("title",), '"title"', MAX_NAME),
        lines=_lines(reading, fields),
        queues=_queues(reading, fields),
        language=reading.optional_text(fields, "language", (), MAX_NAME),
        priority=reading.number(
            fields.get("priority", DEFAULT_PRIORITY), ("priority",), '"priority"', 0, HIGHEST_PRIORITY
        ),
        starts_on=starts_on,
        ends_on=ends_on,
        articles=_articles(reading, fields),
        when=None if when is None else condition_codec.read(reading, when, ("when",)),
        steps=_steps(reading, fields.get("steps")),
    )


def _lines(reading: Reading, fields: Fields) -> tuple[int, ...]:
    if "lines" not in fields:
        return ()
    lines = reading.items(fields["lines"], ("lines",), '"lines"', len(LINES))
    return tuple(
        reading.number(line, ("lines", position), "a line", min(LINES), max(LINES))
        for position, line in enumerate(lines)
    )


def _queues(reading: Reading, fields: Fields) -> tuple[str, ...]:
    if "queues" not in fields:
        return ()
    queues = reading.items(fields["queues"], ("queues",), '"queues"', MAX_QUEUES)
    return tuple(
        reading.text(queue, ("queues", position), "a queue", MAX_NAME)
        for position, queue in enumerate(queues)
    )


def _articles(reading: Reading, fields: Fields) -> tuple[str, ...]:
    if "articles" not in fields:
        return ()
    articles = reading.items(fields["articles"], ("articles",), '"articles"', MAX_ARTICLES)
    keys = [
        reading.key(article, ("articles", position), "the key of an article")
        for position, article in enumerate(articles)
    ]
    for position, key in enumerate(keys):
        if key and key in keys[:position]:
            reading.report(("articles", position), f"the article {shown(key)} is named already; take it out")
    return tuple(dict.fromkeys(filter(None, keys)))


def _steps(reading: Reading, value: object) -> tuple[Step, ...]:
    if value is None:
        reading.report(("steps",), '"steps" is missing: a script needs at least one')
        return ()
    steps = reading.items(value, ("steps",), '"steps"', MAX_STEPS)
    return tuple(_step(reading, step, ("steps", position)) for position, step in enumerate(steps))


def _step(reading: Reading, value: object, path: Path) -> Step:
    kind = _kind(reading, value, path)
    if kind is None:
        return Step(id="", kind=Kind.SAY)
    fields = reading.fields(value, path, f"the {kind} step", STEP_FIELDS[kind])
    if "next" in fields and "end" in fields:
        reading.report((*path, "end"), 'a step has either "next" or "end", not both')
    spoken = kind in {Kind.SAY, Kind.ASK, Kind.DISCLOSE}
    return Step(
        id=reading.key(fields.get("id"), (*path, "id"), '"id" of a step'),
        kind=kind,
        text=reading.text(fields[kind], (*path, kind), f'"{kind}"') if spoken else "",
        fallback=reading.optional_text(fields, "fallback", path),
        answers=_answers(reading, fields, path),
        capture=_capture(reading, fields, path),
        branches=_branches(reading, fields, path),
        action=reading.choice(fields["do"], (*path, "do"), '"do"', Action) if kind is Kind.DO else None,
        arguments=_arguments(reading, fields, path),
        next=reading.optional_text(fields, "next", path, MAX_NAME),
        end=reading.optional_text(fields, "end", path, MAX_NAME),
    )


def _kind(reading: Reading, value: object, path: Path) -> Kind | None:
    if not isinstance(value, Mapping):
        reading.report(path, f"a step must be fields with values, not {shown(value)}")
        return None
    opening = [kind for kind in Kind if kind in value and kind is not Kind.END]
    if len(opening) > 1:
        reading.report(path, f"a step is one of {', '.join(opening)}, not several of them")
        return None
    if opening:
        return opening[0]
    if "end" in value:
        return Kind.END
    near = next(
        (found for name in islice(value, MAX_ARGUMENTS) if (found := nearest_name(str(name), list(Kind)))),
        None,
    )
    reading.report(path, f"a step needs one of {', '.join(Kind)}", near)
    return None


def _answers(reading: Reading, fields: Fields, path: Path) -> tuple[Answer, ...]:
    if "ask" not in fields:
        return ()
    if ("answers" in fields) is ("capture" in fields):
        reading.report(path, 'an "ask" step needs either "answers" or "capture"')
        return ()
    if "answers" not in fields:
        return ()
    if "next" in fields or "end" in fields:
        reading.report(path, 'every answer leads to its own step, so "next" and "end" are never reached')
    path = (*path, "answers")
    return tuple(
        Answer(
            reading.text(text, path, "an answer", MAX_NAME),
            reading.text(onwards, (*path, str(text)), "the step after an answer", MAX_NAME),
        )
        for text, onwards in _pairs(reading, fields["answers"], path)
    )


def _pairs(reading: Reading, value: object, path: Path) -> list[tuple[object, object]]:
    if isinstance(value, Mapping):
        items = list(value.items())
    else:
        items = []
        for position, item in enumerate(reading.items(value, path, '"answers"', MAX_ANSWERS)):
            if isinstance(item, Mapping) and len(item) == 1:
                items += item.items()
            else:
                reading.report((*path, position), f"an answer is written `answer: step`, not {shown(item)}")
    if not 0 < len(items) <= MAX_ANSWERS:
        reading.report(path, f'"answers" must be 1 to {MAX_ANSWERS}, not {len(items)}')
    return items[:MAX_ANSWERS]


def _capture(reading: Reading, fields: Fields, path: Path) -> Capture | None:
    if "capture" not in fields:
        return None
    path = (*path, "capture")
    found = reading.fields(fields["capture"], path, '"capture"', ("name", "type", "choices"))
    name = reading.variable(found.get("name"), (*path, "name"), '"name" of a capture')
    kind = reading.choice(found.get("type"), (*path, "type"), '"type" of a capture', CaptureType)
    if kind is None:
        return None
    return Capture(name, kind, _choices(reading, found, path, kind))


def _choices(reading: Reading, fields: Fields, path: Path, kind: CaptureType) -> tuple[str, ...]:
    if kind is not CaptureType.CHOICE:
        if "choices" in fields:
            reading.report((*path, "choices"), f'"choices" belong to the type choice, not {kind}')
        return ()
    choices = reading.items(fields.get("choices"), (*path, "choices"), '"choices"', MAX_ANSWERS)
    return tuple(
        reading.text(choice, (*path, "choices", position), "a choice", MAX_NAME)
        for position, choice in enumerate(choices)
    )


def _branches(reading: Reading, fields: Fields, path: Path) -> tuple[Branch, ...]:
    if "check" not in fields:
        return ()
    path = (*path, "check")
    branches = reading.items(fields["check"], path, '"check"', MAX_ANSWERS)
    return tuple(_branch(reading, branch, (*path, position)) for position, branch in enumerate(branches))


def _branch(reading: Reading, value: object, path: Path) -> Branch:
    fields = reading.fields(value, path, "a branch", ("when", "next"))
    when = fields.get("when")
    return Branch(
        None if when is None else condition_codec.read(reading, when, (*path, "when")),
        reading.text(fields.get("next"), (*path, "next"), '"next" of a branch', MAX_NAME),
    )


def _arguments(
    reading: Reading, fields: Fields, path: Path
) -> tuple[tuple[str, str | int | float | bool], ...]:
    if "with" not in fields:
        return ()
    path = (*path, "with")
    if not isinstance(fields["with"], Mapping):
        reading.report(path, f'"with" must be fields with values, not {shown(fields["with"])}')
        return ()
    if len(fields["with"]) > MAX_ARGUMENTS:
        reading.report(path, f'"with" may have {MAX_ARGUMENTS} fields, not {len(fields["with"])}')
    found: list[tuple[str, str | int | float | bool]] = []
    for name, value in islice(fields["with"].items(), MAX_ARGUMENTS):
        if isinstance(value, bool | int | float):
            found.append((str(name), value))
        else:
            found.append((str(name), reading.text(value, (*path, str(name)), f'"{name}"')))
    return tuple(sorted(found))


def script_to_dict(script: Script) -> Document:
    """The script's document, in the form of the script file. What is left to its default is left out."""
    document: Document = {"script": script.key, "title": script.title}
    optional = {
        "lines": list(script.lines),
        "queues": list(script.queues),
        "language": script.language,
        "priority": script.priority if script.priority != DEFAULT_PRIORITY else None,
        "from": script.starts_on and script.starts_on.isoformat(),
        "until": script.ends_on and script.ends_on.isoformat(),
        "articles": list(script.articles),
        "when": script.when and condition_codec.write(script.when),
    }
    document |= _given(optional)
    document["steps"] = [_step_to_dict(step) for step in script.steps]
    return document


def _step_to_dict(step: Step) -> Document:
    opening: Mapping[Kind, Any] = {
        Kind.CHECK: [_branch_to_dict(branch) for branch in step.branches],
        Kind.DO: str(step.action),
    }
    optional = {
        step.kind: opening.get(step.kind, step.text),
        "with": dict(step.arguments),
        "fallback": step.fallback,
        "answers": {answer.text: answer.next for answer in step.answers},
        "capture": step.capture and _capture_to_dict(step.capture),
        "next": step.next,
        "end": step.end,
    }
    return {"id": step.id} | {str(name): value for name, value in _given(optional).items()}


def _branch_to_dict(branch: Branch) -> Document:
    when = {} if branch.when is None else {"when": condition_codec.write(branch.when)}
    return when | {"next": branch.next}


def _capture_to_dict(capture: Capture) -> Document:
    choices = {"choices": list(capture.choices)} if capture.choices else {}
    return {"name": capture.name, "type": str(capture.type)} | choices


def _given(fields: Mapping[str, Any]) -> Document:
    """The fields that are not empty. A priority of 0 and the like are kept."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
