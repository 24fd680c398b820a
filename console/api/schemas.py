"""JSON schemas: the building blocks, and records as they come and go."""

from typing import Any

from console.api.customer_batch import MOST, REJECTED, WORDS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
NUMBER: Schema = {"type": "integer"}
AMOUNT: Schema = {"type": "number"}


def maybe(schema: Schema) -> Schema:
    """The schema, or null."""
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **values}


def object_of(**properties: Schema) -> Schema:
    """An object with these properties."""
    return {"type": "object", "properties": properties}


def list_of(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def one_of(*values: str) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": list(values)}


def page_of(items: Schema) -> Schema:
    """A page of a list."""
    return object_of(items=list_of(items), next=maybe(TEXT))


def _short(longest: int) -> Schema:
    return {"type": "string", "maxLength": longest}


def _written(*required: str, **properties: Schema) -> Schema:
    """What is read and written: it needs these, takes nothing else, and what is left out is empty."""
    return {**object_of(**properties), "required": list(required), "additionalProperties": False}


REF = {"type": "string", "minLength": 1, "maxLength": 100}
PHONE = _written("number", number=_short(100), label=maybe(_short(100)), shared={"type": "boolean"})
CUSTOMER = _written(
    "name",
    ref=REF,
    name={"type": "string", "minLength": 1, "maxLength": 300},
    company_ref=maybe(_short(100)),
    company=maybe(_short(300)),
    phones=list_of(PHONE),
    email=maybe(_short(320)),
    segment=maybe(_short(100)),
    language=maybe(_short(20)),
    birthday=maybe(DAY),
    customer_since=maybe(DAY),
    notes=maybe(TEXT),
    attributes={"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}},
)
ITEM = _written(
    "name",
    "quantity",
    "unit_price",
    sku=maybe(_short(100)),
    name={"type": "string", "minLength": 1, "maxLength": 300},
    category=maybe(_short(100)),
    quantity=AMOUNT,
    unit_price=AMOUNT,
)
PURCHASE = _written(
    "customer_ref",
    "placed_at",
    "status",
    "total",
    ref=REF,
    customer_ref=REF,
    placed_at=MOMENT,
    status=one_of("placed", "shipped", "delivered", "cancelled", "returned"),
    total=AMOUNT,
    currency={"type": "string", "pattern": "^[A-Za-z]{3}$"},
    promised_at=maybe(MOMENT),
    delivered_at=maybe(MOMENT),
    items=list_of(ITEM),
)
CASE = _written(
    "customer_ref",
    "subject",
    "status",
    "opened_at",
    ref=REF,
    customer_ref=REF,
    subject={"type": "string", "minLength": 1, "maxLength": 500},
    status=one_of("open", "waiting", "closed"),
    priority=one_of("low", "normal", "high", "urgent"),
    line={"type": "integer", "enum": [1, 2]},
    opened_at=MOMENT,
    due_at=maybe(MOMENT),
    closed_at=maybe(MOMENT),
    reopened={"type": "integer", "minimum": 0},
    owner=maybe(_short(320)),
)
ERROR = object_of(where=TEXT, why=TEXT)
BATCH = _written("items", items={**list_of({**CUSTOMER, "required": ["ref", "name"]}), "maxItems": MOST})
BATCH_ANSWER = object_of(
    items=list_of(object_of(ref=maybe(REF), result=one_of(*WORDS.values(), REJECTED), errors=list_of(ERROR)))
)
