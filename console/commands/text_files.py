"""Reads the text files that commands are given."""

from pathlib import Path

from console.errors import UsageError
from console.scripts.yaml_files import MAX_CHARACTERS


def read_text_file(path: Path, what: str) -> str:
    """The text of `what` a file is. Raises UsageError with what to do."""
    try:
        if path.stat().st_size > 4 * MAX_CHARACTERS:  # no character takes more than four bytes
            raise UsageError(f"{path} is too big for {what}: it may have {MAX_CHARACTERS:,} characters.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not a text in UTF-8 (byte {error.start}): save it as UTF-8.") from error
