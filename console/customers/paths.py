"""Where the pages of customers and companies are. A key may hold slashes, as order numbers do."""

from functools import lru_cache
from urllib.parse import quote


@lru_cache(maxsize=4096)
def customer_path(ref: str) -> str:
    """The path of all about a customer."""
    return f"/customers/{quote(ref, safe='')}"


def company_path(ref: str) -> str:
    """The path of all about a company."""
    return f"/companies/{quote(ref, safe='')}"
