"""`GET /api/v1/identify` and `POST /api/v1/pick`: the same who and which that a pop is made of."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import no_key_twice, read_region, unknown
from console.api.paging import read_moment
from console.customers.identification import Outcome
from console.errors import InvalidError, Problem
from console.facts.call import CallFacts, call_facts
from console.facts.knowledge import Knowledge
from console.facts.known import Known
from console.scripts.library import Library
from console.settings import Settings
from scripts_engine.explanation import Reason
from scripts_engine.facts import FactValue, value_mistake
from scripts_engine.near_misses import Missing, NearMiss, near_misses
from scripts_engine.selection import Pick
from telephony.numbers import Plan, normalise

MOST_BYTES = 64 * 1024
PARAMETERS = ("number", "region", "link")
KEYS = {"number", "customer_ref", "queue", "line", "at", "facts", "near_misses"}
MOST_NEAR_MISSES = 20


async def get_identify(request: Request) -> JSONResponse:
    """Whose number it is, with the steps that led there."""
    query, state = request.query_params, request.app.state
    problems = unknown(query, PARAMETERS)
    if "number" not in query:
        problems.append(Problem("number", "is missing: say which number, such as ?number=%2B421905123456"))
    if problems:
        raise InvalidError(problems)
    plan = _plan(state.knowledge, state.settings, query)
    number = _with_plus(query["number"])
    known = await state.knowledge.of_number(normalise(number, plan), state.clock())
    return JSONResponse(_identified(known, number))


def _with_plus(number: str) -> str:
    """A plus that nobody escaped arrives as a space."""
    return "+" + number[1:] if number.startswith(" ") and number[1:2].isdecimal() else number


def _plan(knowledge: Knowledge, settings: Settings, query: Mapping[str, str]) -> Plan:
    link, region = query.get("link", ""), read_region(query)
    if link and link not in {known.name for known in settings.links}:
        names = ", ".join(known.name for known in settings.links) or "none"
        raise InvalidError([Problem("link", f"there is no link {link!r}; there are: {names}")])
    plan = knowledge.plan(link)
    return Plan(region, plan.prefix, plan.bare_e164, plan.extensions) if region else plan


def _identified(known: Known, number: str) -> dict[str, Any]:
    who = known.identification
    return {
        "outcome": who.outcome.value,
        "number": "" if who.outcome is Outcome.WITHHELD else number,
        "e164": who.number.e164,
        "region": who.number.region,
        "steps": list(who.steps),
        "matches": [
            {
                "ref": match.ref,
                "name": match.name,
                "company": match.company,
                "strength": match.strength.value,
                "why": match.why,
            }
            for match in who.matches
        ],
        "set_aside": [{"ref": aside.ref, "why": aside.why} for aside in who.set_aside],
    }


async def post_pick(request: Request) -> JSONResponse:
    """The script for a number or a customer, why, the runner-up, and the facts that it was picked by."""
    body, state = await _read_body(request), request.app.state
    settings: Settings = state.settings
    at = read_moment(body, "at") or state.clock()
    known = await _known(state.knowledge, body, at)
    facts = _facts(body, known, at, settings, state.directory)
    index, today = state.library.index, at.astimezone(settings.time_zone).date()
    answer = _picked(index.pick(facts, today), state.library, facts)
    if "near_misses" in body:
        found = near_misses(index.scripts, facts, today, most=body["near_misses"])
        answer["near_misses"] = [_near_miss(one, facts) for one in found]
    return JSONResponse(answer)


async def _read_body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    try:
        body = json.loads(raw, object_pairs_hook=no_key_twice) if len(raw) <= MOST_BYTES else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise InvalidError([Problem("body", f"must be a JSON object of up to {MOST_BYTES} bytes")])
    problems = [
        Problem(key, f"is not known; there are {', '.join(sorted(KEYS))}") for key in body.keys() - KEYS
    ]
    problems += [problem for key, value in body.items() if (problem := _wrong_type(key, value))]
    if "number" not in body and "customer_ref" not in body:
        problems.append(Problem("number", "say either number or customer_ref"))
    problems += _wrong_facts(body.get("facts"))
    if problems:
        raise InvalidError(problems)
    return body


def _wrong_facts(facts: object) -> list[Problem]:
    if not isinstance(facts, dict):
        return []
    found = [(name, value_mistake(name, value)) for name, value in facts.items()]
    return [Problem(f"facts.{name}", why) for name, why in found if why]


def _fact(value: Any) -> FactValue:
    return tuple(value) if isinstance(value, list) else value


def _wrong_type(key: str, value: object) -> Problem | None:
    if key == "line":
        return None if type(value) is int and value in {1, 2} else Problem(key, "must be 1 or 2")
    if key == "near_misses":
        fits = type(value) is int and 1 <= value <= MOST_NEAR_MISSES
        return None if fits else Problem(key, f"must be a whole number from 1 to {MOST_NEAR_MISSES}")
    if key == "facts":
        return None if isinstance(value, dict) else Problem(key, "must be an object of facts by name")
    return None if key not in KEYS or _is_text(value) else Problem(key, "must be text")


def _is_text(value: object) -> bool:
    """JSON has texts that no database can compare: with NUL, or with half a character (a lone surrogate)."""
    return isinstance(value, str) and not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)


async def _known(knowledge: Knowledge, body: Mapping[str, Any], at: datetime) -> Known:
    if "customer_ref" in body:
        return await knowledge.of_customer(body["customer_ref"], at)
    return await knowledge.of_number(normalise(body["number"], knowledge.plan("")), at)


def _facts(
    body: Mapping[str, Any], known: Known, at: datetime, settings: Settings, directory: Any
) -> dict[str, FactValue]:
    queue = body.get("queue")
    line = body.get("line") or (directory.queue(queue).line if queue else None)
    of_call = CallFacts(queue=queue, line=line)
    given = {name: _fact(value) for name, value in body.get("facts", {}).items()}
    return {**known.facts, **call_facts(of_call, at, settings.time_zone), **given}


def _picked(pick: Pick, library: Library, facts: Mapping[str, FactValue]) -> dict[str, Any]:
    script, second = pick.script, pick.runner_up
    return {
        "script": script and script.key,
        "title": script and script.title,
        "version": script and library.version(script.key),
        "sentence": pick.sentence,
        "why": [_reason(reason, facts) for reason in pick.why],
        "runner_up": second and {"script": second.key, "title": second.title},
        "facts": dict(facts),
    }


def _near_miss(near: NearMiss, facts: Mapping[str, FactValue]) -> dict[str, Any]:
    script = near.script
    missing = [_reason(missing, facts) for missing in near.missing]
    return {"script": script.key, "title": script.title, "sentence": near.sentence, "missing": missing}


def _reason(reason: Reason | Missing, facts: Mapping[str, FactValue]) -> dict[str, Any]:
    fact = reason.condition.removeprefix("not ").split()[0]
    return {"condition": reason.condition, "value": facts.get(fact), "text": reason.text}
