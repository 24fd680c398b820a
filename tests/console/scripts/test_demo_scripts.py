"""The demo's scripts: clean, each picked for its situation with a sentence that reads well, and every step
readable for a customer with all values and for one with none."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console import scripts
from console.facts.call import CallFacts
from console.facts.views import CaseView, CompanyView, CustomerView, OrderView
from console.queues.directory import Agent
from console.scripts.checking import Checked, check_text
from console.scripts.rendering import Renderer
from scripts_engine.facts import FactValue, value_mistake
from scripts_engine.script import Kind
from scripts_engine.selection import Index

DEMO = Path(scripts.__file__).parent / "demo"
TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 14, 12, tzinfo=UTC)

CUSTOMER: dict[str, FactValue] = {
    "caller.known": True,
    "caller.withheld": False,
    "caller.match": "one",
    "caller.birthday_today": False,
    "call.line": 1,
    "purchases.late_open": 0,
    "purchases.count_30d": 1,
    "purchases.count_365d": 6,
    "purchases.last_days": 12,
    "purchases.interval_ratio": 0.8,
    "purchases.categories": ("paper", "coffee"),
    "cases.open": 0,
    "cases.open_line_1": 0,
    "cases.open_line_2": 0,
    "cases.overdue": 0,
    "cases.reopened": 0,
    "contacts.repeat_today": False,
}
"""A customer with whom nothing is the matter, on the first line."""

NOBODY: dict[str, FactValue] = {
    "caller.known": False,
    "caller.withheld": False,
    "caller.match": "none",
    "caller.birthday_today": False,
    "call.line": 1,
}

SITUATIONS: dict[str, tuple[dict[str, FactValue], str]] = {
    "late-delivery": (
        CUSTOMER | {"purchases.late_open": 1, "purchases.max_late_days": 6},
        "Chosen because the caller is a known customer and 1 order is late.",
    ),
    "good-customer": (
        CUSTOMER | {"purchases.count_30d": 4},
        "Chosen because there were 4 purchases in the last 30 days, no order is late and no case is open.",
    ),
    "open-complaint": (
        CUSTOMER
        | {"cases.open": 1, "cases.open_line_1": 1, "cases.highest_priority": "high", "cases.overdue": 1},
        (
            "Chosen because 1 case is open with the first line, the most pressing open case has "
            "high priority and "
            "1 case is overdue."
        ),
    ),
    "handed-over-case": (
        CUSTOMER | {"cases.open": 2, "cases.open_line_2": 2, "call.line": 2},
        "Chosen because 2 cases are open with the second line.",
    ),
    "unknown-caller": (NOBODY, "Chosen because the caller is not known and the number is not withheld."),
    "withheld-number": (
        NOBODY | {"caller.match": "withheld", "caller.withheld": True},
        "Chosen because the number is withheld.",
    ),
    "second-call-today": (
        CUSTOMER | {"contacts.repeat_today": True, "purchases.late_open": 1},
        "Chosen because the customer has already called today and the caller is a known customer.",
    ),
    "birthday": (
        CUSTOMER | {"caller.birthday_today": True, "purchases.count_30d": 5},
        "Chosen because it is the customer's birthday, no order is late and no case is open.",
    ),
    "drifting-away": (
        CUSTOMER | {"purchases.interval_ratio": 4.31, "purchases.last_days": 118, "purchases.count_30d": 0},
        (
            "Chosen because the last purchase was 4.3 times as long ago as usual, the last "
            "purchase was 118 days ago, "
            "no order is late and no case is open."
        ),
    ),
    "printer-without-ink": (
        CUSTOMER | {"purchases.categories": ("paper", "printer")},
        (
            "Chosen because the customer has bought from the category printer, the customer has "
            "never bought from the "
            "category ink, no order is late and no case is open."
        ),
    ),
    "company-customer": (
        CUSTOMER | {"caller.company": "Kvetinárstvo s.r.o.", "company.people": 3, "company.open_cases": 0},
        "Chosen because the customer belongs to Kvetinárstvo s.r.o. and we know 3 people at the company.",
    ),
    "fallback-line-1": (CUSTOMER, "No more specific script applies."),
    "fallback-line-2": (CUSTOMER | {"call.line": 2}, "No more specific script applies."),
}

FULL: dict[str, object] = {
    "customer": CustomerView(
        1, "C-1", "JOZEF MRKVA", "jozef@example.org", "gold", "en", date(1980, 11, 21), date(2020,
        1, 1), None, {},
        True, (),
    ),
    "company": CompanyView("F-1", "Kvetinárstvo s.r.o.", 3),
    "orders": (OrderView("O-77", AT, "shipped", Decimal(49), "EUR", AT, None, 7, ()),),
    "late_orders": (OrderView("O-77", AT, "shipped", Decimal(49), "EUR", AT, None, 7, ()),),
    "open_cases": (
        CaseView("K-5", "Chair arrived damaged", "open", "high", 1, AT, AT, 0, *(None,) * 3, False, True),
    ),
    "call": CallFacts("support", "inbound", "+421220001", 1, 4, False),
    "agent": Agent(1, "ana@example.org", "Ana Kováčová", 1),
    "answers": {},
    "facts": CUSTOMER,
}  # fmt: skip
EMPTY: dict[str, object] = dict.fromkeys(FULL) | {
    "orders": (),
    "late_orders": (),
    "open_cases": (),
    "facts": {},
}


@pytest.fixture(scope="module")
def demo() -> Checked:
    """All demo scripts in one file."""
    return check_text("\n---\n".join(file.read_text("utf-8") for file in sorted(DEMO.glob("*.yaml"))), "demo")


@pytest.fixture
def renderer() -> Renderer:
    return Renderer("en_GB", ZoneInfo("Europe/Bratislava"), "EUR")


def test_the_check_finds_nothing(demo: Checked) -> None:
    assert (demo.problems, demo.warnings) == ([], [])
    for file in DEMO.glob("*.yaml"):
        [script] = check_text(file.read_text("utf-8"), file.name).scripts
        assert script.key == file.stem


def test_every_script_has_a_situation(demo: Checked) -> None:
    assert {script.key for script in demo.scripts} == set(SITUATIONS)


@pytest.mark.parametrize("key", SITUATIONS)
def test_each_is_picked_for_its_situation_and_says_why(demo: Checked, key: str) -> None:
    given_facts, sentence = SITUATIONS[key]
    assert [value_mistake(name, value) for name, value in given_facts.items()] == [None] * len(given_facts)
    pick = Index(demo.scripts).pick(given_facts, TODAY)
    assert pick.script is not None
    assert (pick.script.key, pick.sentence) == (key, sentence)


@pytest.mark.parametrize("line", [1, 2])
def test_a_call_of_which_nothing_is_known_gets_a_script_too(demo: Checked, line: int) -> None:
    pick = Index(demo.scripts).pick({"call.line": line}, TODAY)
    assert pick.script is not None
    assert pick.script.key == f"fallback-line-{line}"


def test_every_step_reads_well_with_all_values(demo: Checked, renderer: Renderer) -> None:
    for script in demo.scripts:
        for step in script.steps:
            rendered = renderer.step(step, FULL)
            if step.kind is not Kind.CHECK:
                assert rendered["text"], (script.key, step.id)
            assert not rendered["failed"], (script.key, step.id)


def test_every_step_reads_well_with_no_values(demo: Checked, renderer: Renderer) -> None:
    for script in demo.scripts:
        for step in script.steps:
            rendered = renderer.step(step, EMPTY)
            assert not rendered["failed"] or rendered["text"] == step.fallback, (script.key, step.id)
            assert "{" not in rendered["text"]
            assert "None" not in rendered["text"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            "late-delivery",
            (
                "Good day, Jozef Mrkva. Before you say a word: your order O-77 was promised for 14 "
                "November 2026 and is "
                "not with you yet. I am sorry about that."
            ),
        ),
        (
            "open-complaint",
            (
                "Good day, Jozef Mrkva. Are you calling about “Chair arrived damaged”, your case K-5 "
                "of 14 November 2026? "
                "I have it in front of me."
            ),
        ),
        (
            "handed-over-case",
            (
                "Good day, Jozef Mrkva, this is Ana Kováčová from the specialists. I have read your "
                "case, so you do not "
                "need to start again."
            ),
        ),
        ("company-customer", "Good day, Jozef Mrkva. What can I do for you and for Kvetinárstvo s.r.o.?"),
        (
            "fallback-line-1",
            "Good day, Jozef Mrkva, thank you for calling. My name is Ana Kováčová. What can I do for you?",
        ),
    ],
)
def test_what_is_said_first(demo: Checked, renderer: Renderer, key: str, text: str) -> None:
    [script] = [script for script in demo.scripts if script.key == key]
    step = renderer.first_step(script, FULL)
    assert step is not None
    assert step["text"] == text
