"""Cases on their way in: from a CSV file, or from another program."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case. `values` holds the columns that were given: subject, status, priority, line, opened_at, due_at,
    closed_at, reopened, owner; a column that is missing stays as it is stored."""

    ref: str
    customer_ref: str | None
    values: Mapping[str, Any]
