"""Where files lie that are imported on the page: in a folder of ours, for a day.

The folder is in the system's one for temporary files (`TMPDIR` moves it) and open to nobody else: customers'
data are in it. Only the machine to which a file was sent has it.
"""

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from console.errors import LinesideError

MOST_BYTES = 2 * 1024**3
"""Of one file: ten times three million purchases. Larger ones are imported by the command."""

KEPT = timedelta(days=1)
NAME_BYTES = 16


def folder() -> Path:
    """The folder, made when it is not there. Raises LinesideError when it is not ours alone."""
    path = Path(tempfile.gettempdir()) / f"lineside-imports-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise LinesideError(f"{path} is no folder that only Lineside can open: remove it, then try again.")
    return path


def new_name() -> str:
    """What a file is stored as: nothing that anybody chose."""
    return secrets.token_hex(NAME_BYTES)


def path_of(stored_as: str) -> Path:
    """The file as it was sent."""
    return folder() / f"{stored_as}.csv"


def rejected_path_of(stored_as: str) -> Path:
    """Its rejected rows."""
    return folder() / f"{stored_as}.rejected.csv"


def tidy(now: datetime) -> None:
    """Remove what is older than a day."""
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # others tidy, too
            if path.stat().st_mtime < (now - KEPT).timestamp():
                path.unlink()
