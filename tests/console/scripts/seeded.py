"""Each of the check's findings, seeded once: from `tests/cases/findings.toml`."""

import tomllib
from pathlib import Path
from typing import Any

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "findings.toml").read_text(encoding="utf-8"))
FINDINGS = {case["name"]: case for case in CASES["finding"]}


def seeded(case: dict[str, Any]) -> str:
    """The file with what is wrong."""
    before, after = case["change"]
    assert CASES["file"].count(before) == 1, before
    text: str = CASES["file"].replace(before, after).lstrip("\n")
    return text


def is_error(case: dict[str, Any]) -> bool:
    return bool(case.get("level", "error") == "error")
