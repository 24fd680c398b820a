"""`.ci/twice`: what failed is asked once more, and named; what fails again has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TWICE = Path(__file__).parents[2] / ".ci" / "twice"
AT_FIRST = """
import pathlib, pytest

@pytest.mark.parametrize("what", range({number}))
def test_at_first(what):
    seen = pathlib.Path(f"seen-{{what}}")
    before = seen.exists()
    seen.touch()
    assert before

def test_always(): pass
"""
NEVER = "\ndef test_never(): raise ValueError"
STOPPED = "\ndef test_stops():\n    import pytest\n    pytest.exit('stopped', returncode=6)"


def twice(folder: Path, tests: str) -> tuple[int, str, list[str]]:
    """The exit status, what was printed, and who is named."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(tests)
    named = folder / "cache" / "unsteady"
    pytest_itself = folder / "pytest"
    pytest_itself.write_text(f'#!/bin/sh\nexec {sys.executable} -m pytest "$@"\n')
    pytest_itself.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "UNSTEADY": str(named), "PYTEST": str(pytest_itself)}
    ran = subprocess.run(
        [TWICE, "1m", "test_it.py"], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout, named.read_text().splitlines() if named.exists() else []


@pytest.mark.slow
def test_what_passes_by_itself_is_named(tmp_path: Path) -> None:
    status, printed, named = twice(tmp_path, AT_FIRST.format(number=2))
    assert (status, named) == (0, ["test_it.py::test_at_first[0]", "test_it.py::test_at_first[1]"])
    assert "once more, by themselves:\ntest_it.py::test_at_first[0]" in printed
    assert printed.count("passed") == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tests", "status"),
    [(AT_FIRST.format(number=1) + NEVER, 1), (AT_FIRST.format(number=9), 1), (STOPPED, 6), ("wrong =", 2)],
    ids=["one fails again", "too many fail", "something else", "no test at all"],
)
def test_what_has_a_reason_fails(tmp_path: Path, tests: str, status: int) -> None:
    assert twice(tmp_path, tests)[::2] == (status, [])
