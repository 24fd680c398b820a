"""`.ci/provision` says what it did and what it could not do; it never fails for that."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.rig.product import ROOT

PROVISION = ROOT / ".ci" / "provision"


def provision(cache: Path, user: str | None) -> str:
    """What it says to `user` (None: to us) with an empty cache in `cache`."""
    done = subprocess.run(
        ["bash", "-s"],
        input=PROVISION.read_text(),
        env={"PATH": os.environ["PATH"], "LINESIDE_TEST_CACHE": str(cache)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
        user=user,
    )
    return done.stdout


def test_who_is_not_root_is_told_what_will_not_run(tmp_path: Path) -> None:
    said = provision(tmp_path, "nobody" if os.geteuid() == 0 else None)
    assert "only root on Debian or Ubuntu can bring" in said
    assert "asterisk" in said
    assert "NOT RUN" in said


@pytest.mark.real("asterisk", "redis", "postgresql", "chromium")
def test_when_everything_is_there_nothing_is_done() -> None:
    done = subprocess.run([PROVISION], capture_output=True, text=True, timeout=2, check=True)
    assert done.stdout == "provision: Chromium, Redis, PostgreSQL and Asterisk are here.\n"
