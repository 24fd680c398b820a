"""The version of a record: a hash of what it says. Whoever has read it can say which version they changed."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

HEX_DIGITS = 32


def etag(document: Mapping[str, Any]) -> str:
    """The strong ETag, with its quotes, of a document as `documents` makes it."""
    said = json.dumps(document, sort_keys=True, default=_amount)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:HEX_DIGITS]}"'


def _amount(value: Decimal) -> str:
    return f"{value.normalize():f}"
