"""The fragment that tells authors what did not work on calls."""

from dataclasses import replace
from datetime import datetime

from console.scripts.failures import Failure, Seen, StoredFailure
from console.studio.failure_words import failure_words
from scripts_engine.codec import script_from_dict
from tests.console.desk.document import parse
from tests.fakes.pages import templates_in

TEMPLATES = templates_in()
LATE = {
    "script": "late",
    "title": "Sorry <b>",
    "steps": [
        {"id": "ask", "ask": "Wait?", "answers": {"yes": "greet"}},
        {"id": "greet", "say": "Good day {{ customer.name }}", "end": "done"},
    ],
}


def test_values_are_called_as_people_call_them(now: datetime) -> None:
    seen = Seen(now, now, 1, None)
    failed = [StoredFailure(Failure("late", 1, "gone", "late_orders[0].ref has no value"), seen)]
    [told] = failure_words(failed, {})
    assert (told.script, told.step, told.why) == (
        "late",
        "step gone",
        "late order's number has no value",
    )


def test_what_did_not_work_is_listed(now: datetime) -> None:
    step = StoredFailure(
        Failure("late", 3, "greet", 'facts["<b>"] has no value'), Seen(now, now, 12, "main-1")
    )
    whole = replace(
        step, failure=Failure("late", 3, "", "it can no longer be read"), seen=Seen(now, now, 1, None)
    )
    late = script_from_dict(LATE)
    told = failure_words([step, whole], {"late": late})
    drawn = TEMPLATES.render("studio/_failures.html", "en", failures=told)
    page = parse(drawn)
    one, other = page.every("li")
    assert (one.attributes["data-script"], one.attributes["data-step"]) == ("late", "greet")
    assert 'Sorry <b> · step 2, “Good day ‹customer\'s name›” : facts["<b>"] has no value' in one.text
    assert "The agent was shown the fallback text. 12 times, last Nov 21, 2026, 13:00" in one.text
    assert "call main-1" in one.text
    assert "Calls went on without this script, or got another one. 1 time, last" in other.text
    assert "<b>" not in drawn


def test_nothing_is_drawn_when_all_is_well() -> None:
    assert TEMPLATES.render("studio/_failures.html", "en", failures=[]).strip() == ""
