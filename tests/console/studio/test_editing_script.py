"""What stands above the steps."""

import pytest

from console.studio import editing_script as script
from console.studio.editing_conditions import EditError
from console.studio.editing_source import Source
from tests.console.studio.scripts import ODD

BARE = "script: x\ntitle: X\nsteps: []\n"


def test_the_key_of_a_new_script_follows_its_title() -> None:
    source = script.change_title(Source(script.NEW), " Ďakujeme, že voláte! ", is_new=True)
    assert source.get(("title",)) == "Ďakujeme, že voláte!"
    assert source.get(("script",)) == "dakujeme-ze-volate"
    source = script.change_title(source, "Other", is_new=True)
    assert source.get(("script",)) == "other"
    source = script.change_key(source, " mine ")
    assert script.change_title(source, "More", is_new=True).get(("script",)) == "mine"
    assert script.change_title(Source(BARE), "More", is_new=False).get(("script",)) == "x"
    assert script.key_for("日本") == script.FIRST_KEY
    assert len(script.key_for("long " * 100)) <= 100


def test_the_usual_priority_is_left_out() -> None:
    assert script.change_priority(Source(BARE), "50").text == BARE
    assert script.change_priority(Source(BARE), "80").text == "script: x\ntitle: X\npriority: 80\nsteps: []\n"
    assert "priority: 50\n" in script.change_priority(Source(ODD), "50").text
    for wrong in ("", "101", "-1", "high", "²"):
        with pytest.raises(EditError, match="from 0 to 100"):
            script.change_priority(Source(BARE), wrong)


def test_lines_and_queues() -> None:
    one = script.change_lines(Source(BARE), "2")
    assert one.text == "script: x\ntitle: X\nlines: [2]\nsteps: []\n"
    for everywhere in ("", "1 2"):
        assert script.change_lines(one, everywhere).text == BARE
        assert script.change_lines(Source(BARE), everywhere).text == BARE
    assert script.change_lines(one, "1").get(("lines",)) == [1]
    queues = script.change_queues(Source(BARE), 'support, "a, b"')
    assert queues.get(("queues",)) == ["support", "a, b"]
    assert script.change_queues(queues, "sales").get(("queues",)) == ["sales"]
    assert script.change_queues(queues, " ").text == BARE


def test_days_and_language() -> None:
    for name in ("language", "from", "until"):
        source = script.change_text(Source(BARE), name, " 2026-11-21 ")
        assert source.text == f"script: x\ntitle: X\n{name}: 2026-11-21\nsteps: []\n"
        assert script.change_text(source, name, "").text == BARE
        assert script.change_text(Source(BARE), name, "").text == BARE
