"""The OpenAPI description of `/api/v1`, made from one table. A test compares it with the routes."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.calls import delivery
from console.customers.identification import Outcome, Strength
from telephony.events import Direction, End, LegResult
from telephony.lifecycle import CallState

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "integer"}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


SCRIPT = _object(key=TEXT, version=NUMBER, sentence=TEXT)
SUMMARY = _object(
    id=TEXT,
    link=TEXT,
    direction=_one_of(*Direction),
    state=_one_of(*CallState),
    end=_maybe(_one_of(*End)),
    queue=_maybe(TEXT),
    line=_maybe(NUMBER),
    number=TEXT,
    identified=_maybe(_one_of(*Outcome)),
    customer_ref=_maybe(TEXT),
    started_at=MOMENT,
    answered_at=_maybe(MOMENT),
    ended_at=_maybe(MOMENT),
    script=_maybe(SCRIPT),
    outcome=_maybe(TEXT),
)
LEG = _object(
    agent=_maybe(TEXT),
    queue=_maybe(TEXT),
    offered_at=MOMENT,
    answered_at=_maybe(MOMENT),
    ended_at=_maybe(MOMENT),
    result=_maybe(_one_of(*LegResult)),
)
POP = _object(
    agent=_maybe(TEXT),
    state=_one_of(*delivery.STATES),
    reason=_maybe(TEXT),
    offered_at=MOMENT,
    sent_at=_maybe(MOMENT),
    shown_at=_maybe(MOMENT),
)
CALL = _object(
    **SUMMARY["properties"],
    legs=_list(LEG),
    pops=_list(POP),
    run=_maybe(_object(steps=_list(TEXT), answers={"type": "object"})),
    notes=_list(_object(agent=TEXT, text=TEXT)),
)
MATCH = _object(ref=TEXT, name=TEXT, company=_maybe(TEXT), strength=_one_of(*Strength), why=TEXT)
IDENTIFIED = _object(
    outcome=_one_of(*Outcome),
    number=TEXT,
    e164=_maybe(TEXT),
    region=_maybe(TEXT),
    steps=_list(TEXT),
    matches=_list(MATCH),
    set_aside=_list(_object(ref=TEXT, why=TEXT)),
)
PICK_REQUEST = _object(
    number=TEXT, customer_ref=TEXT, queue=TEXT, line=NUMBER, at=MOMENT, facts={"type": "object"}
)
PICKED = _object(
    script=_maybe(TEXT),
    title=_maybe(TEXT),
    version=_maybe(NUMBER),
    sentence=TEXT,
    why=_list(_object(condition=TEXT, value={}, text=TEXT)),
    runner_up=_maybe(_object(script=TEXT, title=TEXT)),
    facts={"type": "object"},
)
PROBLEM = _object(
    type=TEXT, title=TEXT, status=NUMBER, detail=TEXT, errors=_list(_object(where=TEXT, why=TEXT))
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path: its scope, its parameters (in path or query), what goes in and comes out."""

    method: str
    path: str
    summary: str
    scope: str
    answer: Schema
    parameters: tuple[str, ...] = ()
    body: Schema | None = None


def _page(items: Schema) -> Schema:
    return _object(items=_list(items), next=_maybe(TEXT))


OPERATIONS = (
    Operation(
        "get", "/calls", "Calls, oldest first", "calls:read", _page(SUMMARY), ("since", "limit", "cursor")
    ),
    Operation("get", "/calls/{id}", "One call, whole", "calls:read", CALL, ("id",)),
    Operation(
        "get", "/identify", "Whose number is this", "records:read", IDENTIFIED, ("number", "region", "link")
    ),
    Operation("post", "/pick", "Which script fits, and why", "pick", PICKED, body=PICK_REQUEST),
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
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.scope}`.",
        "parameters": [_parameter(name, operation.path) for name in operation.parameters],
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": operation.answer}}},
            "default": {
                "description": "Not done, and why",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": operation.body}},
        }
    return described


def _parameter(name: str, path: str) -> Schema:
    in_path = f"{{{name}}}" in path
    return {"name": name, "in": "path" if in_path else "query", "required": in_path, "schema": TEXT}


async def get_openapi(_request: Request) -> JSONResponse:
    """The description as JSON."""
    return JSONResponse(document())
