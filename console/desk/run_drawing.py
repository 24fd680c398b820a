"""Works out what the desk prints of a script: its first step, or where its run is. Drawn once, and kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.desk.appearance import AnsweredDrawing, OfferedDrawing, ScriptDrawing
from console.desk.kept import Memory
from console.desk.pop import PopRun, PopScript, PopStep, PopVisit
from console.desk.reading import Reader, day, money, number, promised
from console.promises.appointments import days_ahead, propose
from scripts_engine.captures import LONGEST
from scripts_engine.script import Action

INPUTS: Mapping[str, tuple[str, str]] = {
    "number": ("decimal", "1 234,50"),
    "date": ("text", "21.11.2026"),
    "email": ("email", "ana@example.org"),
    "phone": ("tel", "+421 905 123 456"),
    "money": ("decimal", "12,50"),
}
"""With which keys a type is typed where there are none to press, and an example of it."""

STAND = '{{"run": {}, "revision": {}, "script": "{}", "step": "{}"}}'
"""Where the run is, as JSON: keys and ids have no characters in them that would have to be escaped."""

_SCRIPTS: Memory[ScriptDrawing] = Memory()


def draw_script(
    dom: str, leg: str, script: PopScript | None, run: PopRun | None, reader: Reader, *, answered_at: str = ""
) -> ScriptDrawing | None:
    """The script of a pop: `script` is what fits by the facts, `run` what the agent is in, if anything. Where
    they are in none, they are at the first step since they answered."""
    if script is None and run is None:
        return None
    since = run["walk"].get("since", run["started_at"]) if run else answered_at
    of = (script, run, since)
    return _SCRIPTS.get((dom, reader), of, lambda: _script(dom, leg, script, run, reader, since=since))


def _script(
    dom: str, leg: str, script: PopScript | None, run: PopRun | None, reader: Reader, *, since: str
) -> ScriptDrawing:
    of = run or script
    assert of is not None  # noqa: S101 - for the type checker: `draw_script` has looked
    step, turn, revision = of["step"], run["number"] if run else 0, run["revision"] if run else 0
    fits = script is not None and script["key"] == of["key"]
    return ScriptDrawing(
        dom=dom,
        path=quote(leg, safe=""),
        mark=f"{dom}-{turn}-{revision}",
        stand=STAND.format(turn, revision, of["key"], step["id"] if step else ""),
        key=of["key"],
        title=of["title"],
        version=of["version"],
        sentence=script["sentence"] if script and fits else "",
        why=list(script["why"]) if script and fits else [],
        runner_up=script["runner_up"] if script and fits else None,
        offered=None if fits or script is None else _offered(script),
        reason=run["reason"] if run else None,
        begun=run is not None,
        ended=run["ended"] if run else bool(step and step["kind"] == "end"),
        outcome=run["outcome"] if run else None,
        given=run["given"] if run else None,
        done=_result(step, run["done"], reader) if run and run["done"] else None,
        first=run["first"] if run else True,
        ahead=run["ahead"] if run else False,
        answered=[draw_answered(visit, reader) for visit in run["answered"]] if run else [],
        longest=LONGEST,
        articles=of.get("articles", []),
        due=propose(datetime.fromisoformat(since), days_ahead(step["in_days"] if step else ""), reader.zone),
        **_step(step),
    )


def _result(step: PopStep | None, result: str, reader: Reader) -> str:
    return promised(result, reader) if step and step["action"] == Action.SCHEDULE_CALLBACK else result


def _step(step: PopStep | None) -> dict[str, Any]:
    inputmode, example = INPUTS.get(step["capture"] if step else "", ("text", ""))
    return {
        "step": step["id"] if step else None,
        "kind": step["kind"] if step else "",
        "text": step["text"] if step else "",
        "failed": bool(step and step["failed"]),
        "answers": step["answers"] if step else [],
        "capture": step["capture"] if step else "",
        "label": step["label"] if step else "",
        "action": step["action"] if step else "",
        "details": step["details"] if step else [],
        **_passing_on(step),
        "inputmode": inputmode,
        "example": example,
    }


def _passing_on(step: PopStep | None) -> dict[str, str]:
    """To whom the step says the call goes, and why, as the fields of the desk's control take it."""
    passes = step is not None and step["action"] == Action.TRANSFER
    named = dict(step["details"]) if step is not None and passes else {}
    return {"goes_to": named.get("queue", ""), "goes_why": named.get("note", "")}


def _offered(script: PopScript) -> OfferedDrawing:
    return OfferedDrawing(script["key"], script["title"], script["sentence"])


def draw_answered(visit: PopVisit, reader: Reader) -> AnsweredDrawing:
    """A step that was answered."""
    return AnsweredDrawing(visit["step"], visit["text"], visit["kind"], _read(visit, reader))


def _read(visit: PopVisit, reader: Reader) -> str:
    """What was answered, as the reader writes it."""
    kept = visit["answer"]
    if visit["kind"] == "date":
        return day(kept, reader.locale)
    if visit["kind"] == Action.SCHEDULE_CALLBACK:
        return promised(kept, reader)
    if visit["kind"] == "number":
        return number(kept, reader.locale)
    if visit["kind"] == "money" and " " in kept:
        amount, _, currency = kept.partition(" ")
        return money(amount, currency, reader.locale)
    return kept
