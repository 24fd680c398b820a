"""The real programs that tests run against: where they are on this machine, and which version.

A test says what it needs by `@pytest.mark.real("redis")`; `tests.rig.plugin` compares that with this table.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASTERISK_ROOT = Path(os.environ.get("LINESIDE_TEST_CACHE", "/var/cache/lineside-tests")) / "asterisk"
"""A Debian with Asterisk 22 and SIPp inside, made by `.ci/provision`; entered by chroot."""

VERSION_TIMEOUT_S = 20
VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Part:
    """A real program. `find` returns the command that runs it, or None when it is not on this machine."""

    title: str
    find: Callable[[], list[str] | None]
    version_option: str = "--version"


def _on_path(*names: str) -> Callable[[], list[str] | None]:
    def find() -> list[str] | None:
        found = next((path for path in map(shutil.which, names) if path), None)
        return [found] if found else None

    return find


def _newest_postgres() -> list[str] | None:
    """Debian keeps PostgreSQL's server off the path, one folder for each major version."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4])
    )
    found = str(installed[-1]) if installed else shutil.which("postgres")
    return [found] if found else None


def in_asterisk_root(*command: str) -> list[str]:
    """The command that runs `command` inside the Debian that holds Asterisk and SIPp."""
    return ["chroot", str(ASTERISK_ROOT), *command]


def _asterisk_by_chroot() -> list[str] | None:
    complete = all((ASTERISK_ROOT / path).exists() for path in ("usr/sbin/asterisk", "usr/bin/sipp"))
    return in_asterisk_root("/usr/sbin/asterisk") if complete and os.geteuid() == 0 else None


PARTS: Mapping[str, Part] = {
    "asterisk": Part("Asterisk", _asterisk_by_chroot, "-V"),
    "redis": Part("Redis", _on_path("redis-server")),
    "postgresql": Part("PostgreSQL", _newest_postgres),
    "chromium": Part("Chromium", _on_path("chromium-headless-shell", "chromium", "chromium-browser")),
}
"""Every part a test may need, by the name used in the marker `real`."""


@cache
def command(part: str) -> list[str] | None:
    """The command that runs `part`, or None when it is not on this machine."""
    return PARTS[part].find()


def present(part: str) -> list[str]:
    """The command that runs `part`; a test that asks for it carries the marker `real`."""
    found = command(part)
    if found is None:
        raise LookupError(
            f"{PARTS[part].title} is not here: run .ci/provision, or mark the test real({part!r})"
        )
    return found


def version(part: str) -> str:
    """What `part` says of itself, e.g. `Redis 7.0.15`."""
    option = PARTS[part].version_option
    said = subprocess.run(
        [*present(part), option], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=True
    ).stdout
    number = VERSION.search(said)
    return f"{PARTS[part].title} {number.group() if number else said.strip()}"


def main() -> None:
    """Print what is here and what is not, as the last words of `make test`."""
    here = [part for part in PARTS if command(part)]
    print(f"Ran against {', '.join(map(version, here)) or 'no real programs'}.")
    for part in [part for part in PARTS if part not in here]:
        print(f"NOT RUN: the tests that need a real {PARTS[part].title}.")


if __name__ == "__main__":
    main()
