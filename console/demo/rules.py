"""The rules by which the demo's calls are handed over, as documents (`handover.rule_document`)."""

from console.demo.team import SECOND_LINE, TEAM
from console.handover.rule_document import Document

_KEY_ACCOUNTS = next(member for member in TEAM if member.name == SECOND_LINE[1])

RULES: tuple[Document, ...] = (
    {
        "rule": "key-accounts",
        "title": "Key accounts",
        "when": {"all": ["attr.employees > 50"]},
        "queue": "specialists",
        "person": _KEY_ACCOUNTS.email,
    },
    {"rule": "second-line", "title": "All others", "line": 2, "queue": "specialists"},
)
