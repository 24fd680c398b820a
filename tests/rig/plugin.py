"""What the marker `real` means, and the closing words of a run.

`@pytest.mark.real("redis", "chromium")` names the real programs a test needs. A test whose program is not on
this machine is taken out and named in the closing section NOT RUN, together with everything skipped; with
`CI=true` in the environment that fails the run, because a check that nobody ran proves nothing.
"""

import os
from collections import defaultdict
from collections.abc import Iterable

import pytest

from tests.rig import parts

ALONE = frozenset({"asterisk", "chromium"})
"""Tests with these share the processor with few others, as calls and pages are watched in real time; with how
many, `.ci/test` says."""

NOT_RUN = 6
"""The exit status where something was not run that must be: not that of a failed test, which is asked once
more (`.ci/twice`)."""

LISTED_TESTS = 5
"""So many tests are named under each missing part; the rest is counted."""

_missing = pytest.StashKey[dict[str, list[str]]]()
_used = pytest.StashKey[set[str]]()


def needed_parts(item: pytest.Item) -> set[str]:
    """The parts named by the test's markers."""
    named: set[str] = set()
    for mark in item.iter_markers("real"):
        if not mark.args or not set(mark.args) <= set(parts.PARTS):
            raise pytest.UsageError(
                f"{item.nodeid}: mark.real names parts out of {', '.join(parts.PARTS)}, not {mark.args}"
            )
        named.update(mark.args)
    return named


class Alone:
    """Marks these tests, before -m looks at the marks."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if needed_parts(item) & ALONE:
                item.add_marker(pytest.mark.alone)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Alone())


@pytest.hookimpl(trylast=True)  # what -m and -k leave out was not asked for, so it is not "not run"
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing: dict[str, list[str]] = defaultdict(list)
    used: set[str] = set()
    kept: list[pytest.Item] = []
    for item in items:
        needed = needed_parts(item)
        lacking = sorted(part for part in needed if parts.command(part) is None)
        if lacking:
            missing[" and ".join(lacking)].append(item.nodeid)
        else:
            used |= needed
            kept.append(item)
    config.stash[_missing], config.stash[_used] = missing, used
    if missing:
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    ended = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.TESTS_FAILED)
    if os.environ.get("CI") == "true" and session.exitstatus in ended and _not_run(session.config):
        session.exitstatus = NOT_RUN


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    used = sorted(config.stash.get(_used, None) or (), key=list(parts.PARTS).index)
    if used and not config.option.collectonly:
        terminalreporter.section("ran against", sep="-")
        terminalreporter.line(", ".join(parts.version(part) for part in used))
    not_run = _not_run(config)
    if not_run:
        terminalreporter.section("NOT RUN", sep="-", red=True)
        for line in not_run:
            terminalreporter.line(f"NOT RUN: {line}", red=True)


def _not_run(config: pytest.Config) -> list[str]:
    """One line for each missing part and each skipped test."""
    lines = [
        f"{len(tests)} tests, {part} is not on this machine (see .ci/provision): {_listed(tests)}"
        for part, tests in config.stash.get(_missing, {}).items()
    ]
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return lines + [f"{report.nodeid}, skipped: {_reason(report)}" for report in skipped]


def _listed(tests: Iterable[str]) -> str:
    named = sorted(tests)
    rest = len(named) - LISTED_TESTS
    return ", ".join(named[:LISTED_TESTS]) + (f" and {rest} more" if rest > 0 else "")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
