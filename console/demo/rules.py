"""The rules by which the demo's calls are handed over (`handover.rule_document`), and those by which its
customers are at risk (`risk.rule_document`), as documents."""

from console.demo.team import SECOND_LINE, TEAM
from console.rules.sets import Document

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

RISK_RULES: tuple[Document, ...] = (
    {
        "rule": "overdue-and-calling",
        "title": "Overdue case, and they keep calling",
        "when": {"all": ["cases.overdue >= 1", "contacts.calls_30d >= 2"]},
    },
    {
        "rule": "late-and-calling",
        "title": "Late order, and they asked for it",
        "when": {"all": ["purchases.late_open >= 1", "contacts.calls_7d >= 1"]},
    },
    {
        "rule": "open-and-unhappy",
        "title": "Open case, and the last call was rated badly",
        "when": {"all": ["cases.open >= 1", "contacts.last_satisfaction <= 3"]},
    },
)
