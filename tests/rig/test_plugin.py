"""The marker `real`: what is not on this machine is named, never silently left out."""

import pytest

from tests.rig import parts
from tests.rig.plugin import NOT_RUN

TESTS = """
import pytest

@pytest.mark.real("redis", "chromium")
def test_with_both(): pass

@pytest.mark.real("redis")
def test_with_redis(): pass

@pytest.mark.skip(reason="not today")
def test_skipped(): pass

def test_with_none(): pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with four tests on a machine that has a Redis and no Chromium."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # ten times as fast
    monkeypatch.setattr(parts, "command", {"redis": ["redis-server"], "chromium": None}.get)
    monkeypatch.setattr(parts, "version", {"redis": "Redis 7.0.15"}.get)
    pytester.makeini(
        "[pytest]\nmarkers =\n  real(part): needs it\n  alone: by itself\n"
        "asyncio_default_fixture_loop_scope = function"
    )
    pytester.makepyfile(test_it=TESTS)
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "tests.rig.plugin", *options)


def test_what_could_not_run_is_named_at_the_end(project: pytest.Pytester) -> None:
    result = run(project)
    result.assert_outcomes(passed=2, skipped=1, deselected=1)
    result.stdout.fnmatch_lines(
        [
            "*ran against*",
            "Redis 7.0.15",
            "*NOT RUN*",
            "NOT RUN: 1 tests, chromium is not on this machine *: test_it.py::test_with_both",
            "NOT RUN: test_it.py::test_skipped, skipped: *not today",
        ]
    )
    assert result.ret == pytest.ExitCode.OK


def test_in_ci_what_could_not_run_fails_the_run(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert run(project, "-k", "not skipped").ret == NOT_RUN
    assert run(project, "-k", "test_with_both").ret == NOT_RUN
    assert run(project, "-k", "test_with_redis or none").ret == pytest.ExitCode.OK
    project.makepyfile(test_wrong="def test_wrong(): assert False")
    assert run(project, "-k", "wrong").ret == pytest.ExitCode.TESTS_FAILED
    assert run(project, "-k", "wrong or skipped").ret == NOT_RUN


def test_what_nobody_asked_for_is_not_missed(project: pytest.Pytester) -> None:
    result = run(project, "-m", "not real")
    result.stdout.no_fnmatch_line("*on this machine*")
    result.stdout.no_fnmatch_line("*ran against*")


def test_a_marker_that_names_no_part_is_refused(project: pytest.Pytester) -> None:
    project.makepyfile(test_it="import pytest\n@pytest.mark.real\ndef test_it(): pass")
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*mark.real names parts out of asterisk, redis*"])


def test_what_needs_a_browser_is_marked_to_run_alone(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "command", lambda part: [part])
    monkeypatch.setattr(parts, "version", lambda part: part)
    run(project, "-m", "alone").assert_outcomes(passed=1, deselected=3)
    run(project, "-m", "real and not alone").assert_outcomes(passed=1, deselected=3)
