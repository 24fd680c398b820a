"""The package is pure: it imports the standard library, itself, and what is pure of telephony."""

import ast
import sys
from pathlib import Path

import console.figures

OURS = ("console.figures", "telephony.events")


def imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_nothing_else_is_imported() -> None:
    for file in Path(console.figures.__file__).parent.glob("*.py"):
        others = {name for name in imported(file) if not name.startswith(OURS)}
        assert {name.partition(".")[0] for name in others} <= sys.stdlib_module_names, file.name
