"""Keeps the cells that we write from running in a spreadsheet, so that they can be read again as they were.

A spreadsheet takes a cell that begins with one of these characters for a formula, which may send what is on
the sheet elsewhere. An apostrophe in front makes it text. It also goes where a spreadsheet that splits lines
at another delimiter than ours would see a cell begin.
"""

import re

_STARTS = "=+\\-@\t\r\n＝＋－＠"
_BETWEEN = ",;|\t\r\n"

_TO_DISARM = re.compile(rf"(?:^|(?<=[{_BETWEEN}]))(?='*[{_STARTS}])")
_DISARMED = re.compile(rf"(?:^|(?<=[{_BETWEEN}]))'(?='*[{_STARTS}])")


def disarm(cell: str) -> str:
    """The cell with an apostrophe in front of what would be a formula."""
    return _TO_DISARM.sub("'", cell)


def restore(cell: str) -> str:
    """The cell as it was before `disarm`."""
    return _DISARMED.sub("", cell)
