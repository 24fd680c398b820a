"""The fragment that tells authors what did not work on calls."""

from dataclasses import replace
from datetime import datetime

from console.scripts.failures import Failure, Seen, StoredFailure
from tests.console.desk.document import parse
from tests.fakes.pages import templates_in

TEMPLATES = templates_in()


def test_what_did_not_work_is_listed(now: datetime) -> None:
    step = StoredFailure(
        Failure("late", 3, "greet", 'facts["<b>"] has no value'), Seen(now, now, 12, "main-1")
    )
    whole = replace(
        step, failure=Failure("late", 3, "", "it can no longer be read"), seen=Seen(now, now, 1, None)
    )
    drawn = TEMPLATES.render("studio/_failures.html", "en", failures=[step, whole])
    page = parse(drawn)
    one, other = page.every("li")
    assert (one.attributes["data-script"], one.attributes["data-step"]) == ("late", "greet")
    assert 'late , step greet: facts["<b>"] has no value' in one.text
    assert "The agent was shown the fallback text. 12 times, last Nov 21, 2026, 1:00" in one.text
    assert "call main-1" in one.text
    assert "Calls went on without this script, or got another one. 1 time, last" in other.text
    assert "<b>" not in drawn


def test_nothing_is_drawn_when_all_is_well() -> None:
    assert TEMPLATES.render("studio/_failures.html", "en", failures=[]).strip() == ""
