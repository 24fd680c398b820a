"""Findings and errors, each printed."""

from scripts_engine.errors import EngineError, Finding, Level, RunError, ScriptError, place_of


def test_a_finding_says_where_and_why_and_what_was_meant() -> None:
    finding = Finding("late", ("when", "all", 0), 'there is no fact "x"', "y")
    assert finding.where == "late: when.all[0]"
    assert str(finding) == 'late: when.all[0]: there is no fact "x". Did you mean y?'
    assert finding.level is Level.ERROR


def test_a_finding_about_the_whole_script_names_only_the_script() -> None:
    assert str(Finding("late", (), "it is odd", level=Level.WARNING)) == "late: it is odd."


def test_places() -> None:
    assert place_of(("steps", 2, "answers", "wait")) == "steps[2].answers.wait"
    assert place_of((0, "when")) == "[0].when"


def test_errors_are_sentences() -> None:
    one, two = Finding("a", (), "first"), Finding("b", (), "second")
    error = ScriptError([one, two])
    assert isinstance(error, EngineError)
    assert (error.findings, str(error)) == ((one, two), "a: first.\nb: second.")
    assert str(RunError("greet", "no such answer")) == "greet: no such answer"
