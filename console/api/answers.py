"""Answers in JSON whose amounts are numbers, exact to the last decimal."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from console.customers.etag import etag


def write_json(value: Any) -> str:
    """A value as JSON. A Decimal is written as it is: as a float it would lose digits."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict):
        return f"{{{','.join(f'{json.dumps(key)}:{write_json(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(write_json, value))}]"
    return json.dumps(value, ensure_ascii=False)


def json_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of JSON that is written already."""
    return Response(text, status, headers, "application/json")


def record_answer(document: Mapping[str, Any], status: int = 200) -> Response:
    """A record with its ETag."""
    return json_answer(write_json(document), status, {"ETag": etag(document)})
