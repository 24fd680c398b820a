"""The OpenAPI description of `/api/v1`, made from one table. A test compares it with the routes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.alerts.course import Figure
from console.api.alerts import PARAMETERS as ALERT_PARAMETERS
from console.api.schemas import (
    BATCH,
    BATCH_ANSWER,
    CASE,
    CUSTOMER,
    ERROR,
    MOMENT,
    NUMBER,
    PURCHASE,
    TEXT,
    Schema,
    list_of,
    maybe,
    object_of,
    one_of,
    page_of,
)
from console.calls import delivery
from console.customers.identification import Outcome, Strength
from console.reports.choice import FIELDS as REPORT_FIELDS
from console.reports.choice import By
from console.studio.replay_drawing import LOST
from console.studio.replay_models import ReplayState
from scripts_engine.script import Action
from telephony.events import Direction, End, LegResult, VisitEnd
from telephony.lifecycle import CallState

SCRIPT = object_of(key=TEXT, version=NUMBER, sentence=TEXT)
SUMMARY = object_of(
    id=TEXT,
    link=TEXT,
    direction=one_of(*Direction),
    state=one_of(*CallState),
    end=maybe(one_of(*End)),
    queue=maybe(TEXT),
    line=maybe(NUMBER),
    number=TEXT,
    identified=maybe(one_of(*Outcome)),
    customer_ref=maybe(TEXT),
    started_at=MOMENT,
    answered_at=maybe(MOMENT),
    ended_at=maybe(MOMENT),
    script=maybe(SCRIPT),
    outcome=maybe(TEXT),
    cases=list_of(object_of(ref=TEXT, at=MOMENT)),
)
VISIT = object_of(
    queue=TEXT,
    queued_at=MOMENT,
    left_at=maybe(MOMENT),
    end=maybe(one_of(*VisitEnd)),
)
LEG = object_of(
    agent=maybe(TEXT),
    queue=maybe(TEXT),
    offered_at=MOMENT,
    answered_at=maybe(MOMENT),
    ended_at=maybe(MOMENT),
    result=maybe(one_of(*LegResult)),
)
POP = object_of(
    agent=maybe(TEXT),
    state=one_of(*delivery.STATES),
    reason=maybe(TEXT),
    offered_at=MOMENT,
    sent_at=maybe(MOMENT),
    shown_at=maybe(MOMENT),
)
WALK = object_of(
    script=TEXT,
    version=NUMBER,
    reason=maybe(TEXT),
    steps=list_of(TEXT),
    answers={"type": "object"},
    step=maybe(TEXT),
    outcome=maybe(TEXT),
    done=list_of(object_of(step=TEXT, action=one_of(*Action), result=TEXT)),
    stays=list_of(object_of(step=TEXT, since=MOMENT, until=MOMENT)),
    started_at=MOMENT,
    updated_at=MOMENT,
)
RUN = object_of(**WALK["properties"], earlier=list_of(WALK))
CALL = object_of(
    **SUMMARY["properties"],
    visits=list_of(VISIT),
    legs=list_of(LEG),
    pops=list_of(POP),
    run=maybe(RUN),
    notes=list_of(object_of(agent=TEXT, text=TEXT)),
)
MATCH = object_of(ref=TEXT, name=TEXT, company=maybe(TEXT), strength=one_of(*Strength), why=TEXT)
IDENTIFIED = object_of(
    outcome=one_of(*Outcome),
    number=TEXT,
    e164=maybe(TEXT),
    region=maybe(TEXT),
    steps=list_of(TEXT),
    matches=list_of(MATCH),
    set_aside=list_of(object_of(ref=TEXT, why=TEXT)),
)
PICK_REQUEST = object_of(
    number=TEXT,
    customer_ref=TEXT,
    queue=TEXT,
    line=NUMBER,
    at=MOMENT,
    facts={"type": "object"},
    near_misses=NUMBER,
)
REASON = object_of(condition=TEXT, value={}, text=TEXT)
PICKED = object_of(
    script=maybe(TEXT),
    title=maybe(TEXT),
    version=maybe(NUMBER),
    sentence=TEXT,
    why=list_of(REASON),
    runner_up=maybe(object_of(script=TEXT, title=TEXT)),
    facts={"type": "object"},
    near_misses=list_of(object_of(script=TEXT, title=TEXT, sentence=TEXT, missing=list_of(REASON))),
)
SECONDS: Schema = {"type": "number", "description": "seconds"}
PERCENT: Schema = {"type": "number", "description": "percent, 0 to 100"}
QUEUE = object_of(
    name=TEXT,
    title=TEXT,
    line=NUMBER,
    waiting=NUMBER,
    longest_wait_s=NUMBER,
    answered_today=NUMBER,
    abandoned_today=NUMBER,
    service_level_now=maybe(PERCENT),
    service_level_today=maybe(PERCENT),
    asa_s=maybe(SECONDS),
    aht_s=maybe(SECONDS),
    agents=object_of(available=NUMBER, ringing=NUMBER, on_call=NUMBER, wrap_up=NUMBER, on_break=NUMBER),
    as_of=MOMENT,
)
ALERT = object_of(
    id=NUMBER,
    queue=TEXT,
    title=TEXT,
    figure=one_of(*Figure),
    level=one_of("yellow", "red"),
    worst=one_of("yellow", "red"),
    peak={"type": "number"},
    began_at=MOMENT,
    red_at=maybe(MOMENT),
    ended_at=maybe(MOMENT),
    end_known={"type": "boolean"},
    known_at=MOMENT,
    seen=list_of(object_of(by=TEXT, at=MOMENT)),
)
SCRIPTS: Schema = {"description": "A script file in YAML; as JSON a script, or a list of scripts"}
SCRIPTS_CHECKED = object_of(
    ok={"type": "boolean"}, scripts=NUMBER, problems=list_of(ERROR), warnings=list_of(ERROR)
)
REPLAY_REQUEST = {
    **object_of(
        scripts={"type": ["string", "array"], "items": object_of(key=TEXT, version=NUMBER)},
        **{"from": MOMENT, "to": MOMENT},
    ),
    "required": ["scripts", "from", "to"],
    "additionalProperties": False,
}
MOVE = object_of(**{"from": maybe(TEXT), "to": maybe(TEXT), "calls": NUMBER})
REPLAY = object_of(
    number=NUMBER,
    state=one_of(*ReplayState, LOST),
    progress=NUMBER,
    **{"from": MOMENT, "to": MOMENT},
    total=NUMBER,
    passed=NUMBER,
    looked=NUMBER,
    without_facts=NUMBER,
    erased=NUMBER,
    differ=NUMBER,
    renewed=NUMBER,
    moves=list_of(MOVE),
    problem=maybe(TEXT),
)
REPLAYED = object_of(
    call=TEXT,
    started_at=MOMENT,
    queue=maybe(TEXT),
    agent=maybe(TEXT),
    customer_ref=maybe(TEXT),
    then=maybe(TEXT),
    **{"from": maybe(TEXT), "to": maybe(TEXT)},
    reason=maybe(TEXT),
)
FIGURE: Schema = {
    "description": "A count, or seconds; a share is an object; null where nothing can be said",
    "type": ["number", "object", "null"],
    "properties": {"part": maybe({"type": "number"}), "count": NUMBER, "of": NUMBER},
}
REPORT_ROW = object_of(
    key={"type": ["string", "integer", "null"]},
    label=TEXT,
    figures={"type": "object", "additionalProperties": FIGURE},
)
REPORT = object_of(
    by=one_of(*By),
    **{"from": MOMENT, "until": MOMENT},
    as_of=MOMENT,
    formula=maybe(TEXT),
    rows=list_of(REPORT_ROW),
    total=REPORT_ROW,
)
AT_RISK = object_of(
    ref=TEXT,
    name=TEXT,
    company=maybe(TEXT),
    segment=maybe(TEXT),
    since=MOMENT,
    rules=list_of(
        object_of(
            rule=TEXT,
            title=TEXT,
            since=MOMENT,
            why=list_of(object_of(condition=TEXT, value=TEXT, text=TEXT)),
        )
    ),
    owner=maybe(TEXT),
    next_step=maybe(object_of(kind=one_of("callback", "case"), text=TEXT, due_at=maybe(MOMENT))),
    as_of=MOMENT,
)
PROBLEM = object_of(type=TEXT, title=TEXT, status=NUMBER, detail=TEXT, errors=list_of(ERROR))


READ = {200: "Done"}
SEEN = {200: "Done", 304: "It is what If-None-Match names"}
PUT = {200: "Changed, or as it was", 201: "Created"}
DELETED = {204: "Deleted"}
BEGUN = {202: "Begun"}

HEADERS = ("If-Match", "If-None-Match")
EMPTY = {204, 304}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path: its scope, its parameters (in path, query or header), what goes in and comes
    out. `done` are the answers when all went well; `tagged` ones have an ETag."""

    method: str
    path: str
    summary: str
    scope: str
    answer: Schema
    parameters: tuple[str, ...] = ()
    body: Schema | None = None
    done: Mapping[int, str] = field(default_factory=lambda: READ)
    tagged: bool = False
    body_types: tuple[str, ...] = ("application/json",)


def _records(name: str, names: str, schema: Schema, *of_put: str) -> tuple[Operation, ...]:
    """Reading and replacing one kind of records."""
    path, read, written = f"/{names}/{{ref}}", "records:read", "records:write"
    one, change = ("ref", "If-None-Match"), ("ref", *of_put, *HEADERS)
    return (
        Operation("get", f"/{names}", f"All {names}", read, page_of(schema), ("limit", "cursor")),
        Operation("get", path, f"One {name}", read, schema, one, done=SEEN, tagged=True),
        Operation("put", path, f"Replace a {name}", written, schema, change, schema, PUT, tagged=True),
    )


OPERATIONS = (
    Operation(
        *("get", "/alerts", "Alerts of queues, the newest first", "board:read", page_of(ALERT)),
        parameters=ALERT_PARAMETERS,
    ),
    Operation(
        *("get", "/at-risk", "Customers at risk, and why", "records:read", page_of(AT_RISK)),
        ("rule", "segment", "limit", "cursor"),
    ),
    Operation(
        "get", "/calls", "Calls, oldest first", "calls:read", page_of(SUMMARY), ("since", "limit", "cursor")
    ),
    Operation("get", "/calls/{id}", "One call, whole", "calls:read", CALL, ("id",)),
    *_records("case", "cases", CASE),
    *_records("customer", "customers", CUSTOMER, "region"),
    Operation(
        *("delete", "/customers/{ref}", "Delete a customer", "records:write", {}, ("ref", "If-Match")),
        done=DELETED,
    ),
    Operation(
        *("post", "/customers:batch", "Replace many customers", "records:write", BATCH_ANSWER, ("region",)),
        body=BATCH,
    ),
    Operation(
        "get", "/identify", "Whose number is this", "records:read", IDENTIFIED, ("number", "region", "link")
    ),
    Operation("post", "/pick", "Which script fits, and why", "pick", PICKED, body=PICK_REQUEST),
    Operation(
        "get",
        "/queues",
        "Queues, as they are now",
        "board:read",
        page_of(QUEUE),
    ),
    *_records("purchase", "purchases", PURCHASE),
    Operation(
        *("post", "/replays", "Try scripts on past calls", "pick", REPLAY), body=REPLAY_REQUEST, done=BEGUN
    ),
    Operation("get", "/replays/{number}", "How far a replay is", "pick", REPLAY, ("number",)),
    Operation(
        *("get", "/replays/{number}/calls", "Calls that would get another script", "pick"),
        *(page_of(REPLAYED), ("number", "limit", "cursor")),
    ),
    Operation(
        *("get", "/reports", "Figures of a period, row by row", "board:read", REPORT, tuple(REPORT_FIELDS))
    ),
    Operation(
        *("post", "/scripts:check", "What is wrong in scripts", "pick", SCRIPTS_CHECKED),
        body=SCRIPTS,
        body_types=("application/yaml", "application/json"),
    ),
)


@cache
def document() -> Schema:
    """The whole description (OpenAPI 3.1.0)."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lineside", "version": "1"},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM},
        },
        "security": [{"token": []}],
    }


def _describe(operation: Operation) -> Schema:
    described: Schema = {
        "operationId": _name(operation),
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.scope}`.",
        "parameters": [_parameter(operation.path, name) for name in operation.parameters],
        "responses": {
            **{str(status): _done(operation, status, what) for status, what in operation.done.items()},
            "default": {
                "description": "Not done, and why",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": operation.body} for kind in operation.body_types},
        }
    return described


def _name(operation: Operation) -> str:
    """A name for programs that are made from the description, such as `get_customers_ref`."""
    return "_".join([operation.method, *re.findall(r"\w+", operation.path)])


def _done(operation: Operation, status: int, what: str) -> Schema:
    done: Schema = {"description": what}
    if status not in EMPTY:
        done["content"] = {"application/json": {"schema": operation.answer}}
    if operation.tagged:
        done["headers"] = {"ETag": {"description": "The version of what it says", "schema": TEXT}}
    return done


def _parameter(path: str, name: str) -> Schema:
    place = "path" if f"{{{name}}}" in path else "header" if name in HEADERS else "query"
    return {"name": name, "in": place, "required": place == "path", "schema": TEXT}


async def get_openapi(_request: Request) -> JSONResponse:
    """The description as JSON."""
    return JSONResponse(document())
