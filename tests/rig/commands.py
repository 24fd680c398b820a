"""Runs several `lineside` commands in one Python, whose start is most of a command's time.

Standard input is a JSON list of `[words, text]`, where `text` is what the command reads. Stops at the first
that fails, with its exit status.
"""

import io
import json
import sys

from console.__main__ import main


def run_all() -> int:
    """Run the commands; return the exit status."""
    for words, text in json.load(sys.stdin):
        sys.stdin = io.StringIO(text)
        status = main(words)
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(run_all())
