"""The documentation's tables and the program agree."""

import re
from pathlib import Path

from console.__main__ import parser
from console.api.openapi import OPERATIONS
from console.scripts.checking import check_text
from console.settings import DEFAULTS, LINK_OPTIONS, PREFIX
from scripts_engine.facts import CATALOGUE

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def first_cells(name: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)`", (DOCS / name).read_text(), re.MULTILINE)


def test_every_setting_is_documented_with_its_default() -> None:
    text = (DOCS / "settings.md").read_text()
    assert first_cells("settings.md") == [PREFIX + name for name in DEFAULTS]
    for name, default in DEFAULTS.items():
        assert f"`{PREFIX}{name}` | {f'`{default}`' if default else ''} |".replace("|  |", "| |") in text


def test_every_option_of_a_link_is_documented() -> None:
    assert set(first_cells("asterisk.md")) == LINK_OPTIONS["ami"]


def test_every_fact_is_documented() -> None:
    documented = [cell for cell in first_cells("scripts.md") if "." in cell]
    assert documented == [*CATALOGUE, "attr.NAME"]


def test_every_operation_is_documented() -> None:
    documented = [cell.partition("?")[0] for cell in first_cells("api.md")]
    assert documented == [f"{o.method.upper()} {o.path.removeprefix('/')}" for o in OPERATIONS]


def test_the_script_in_the_documentation_is_without_mistakes() -> None:
    (script,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "scripts.md").read_text(), re.DOTALL)
    assert not check_text(script, "docs").problems


def test_every_command_in_the_documentation_exists() -> None:
    known = set(re.findall(r"^    (\w+) ", parser().format_help(), re.MULTILINE))
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    used = {
        word
        for page in pages
        for word in re.findall(r"(?:^|[`(| ])lineside ([a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert used - {"replay"} <= known


def test_every_page_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target
