"""The documentation's tables and the program agree."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram

from console.__main__ import parser
from console.api import openapi, schemas
from console.api.openapi import OPERATIONS
from console.api.paging import MOST, USUAL
from console.calls import delivery
from console.calls.differences import Difference
from console.customers.identification import Outcome
from console.figures.catalogue import FIGURES
from console.identity.permissions import Scope
from console.reports.choice import FIELDS, By, Show
from console.reports.columns import COLUMNS
from console.reports.period import PERIODS
from console.scripts.checking import check_text
from console.scripts.filters import FILTERS
from console.settings import COMMON_OPTIONS, DEFAULTS, LINK_OPTIONS, PREFIX
from console.web import metrics
from scripts_engine.facts import CATALOGUE
from telephony.asterisk.client import TOLD
from telephony.asterisk.troubles import MEANING
from telephony.events import Direction, End, LegResult
from telephony.lifecycle import CallState
from telephony.simulator import troubles as simulator
from telephony.simulator.faults import USUAL as USUAL_FAULTS
from telephony.simulator.scenarios import SCENARIOS
from telephony.simulator.source import SIMULATED
from telephony.source import COMMANDED, Capability

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
    assert {row[0].strip("`") for row in table("asterisk.md", "option")} == LINK_OPTIONS["ami"]


def test_every_reason_for_which_something_of_an_asterisk_is_dropped_is_documented() -> None:
    rows = table("asterisk.md", "reason")
    assert {row[0].strip("`"): row[1] for row in rows} == {name.value: told for name, told in MEANING.items()}


def test_every_reason_that_the_simulator_counts_is_documented() -> None:
    rows = table("simulator.md", "reason")
    assert {row[0].strip("`"): row[1] for row in rows} == {
        name.value: told for name, told in simulator.MEANING.items()
    }


def table(name: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first column has this heading, row by row."""
    text = (DOCS / name).read_text()
    (rows,) = re.findall(rf"^\| {heading} \|.*\n\| ---.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()]


def test_every_option_of_the_simulator_is_documented() -> None:
    documented = {row[0].strip("`") for row in table("simulator.md", "option")}
    assert documented == LINK_OPTIONS["sim"] - COMMON_OPTIONS


def test_every_scenario_and_fault_is_documented() -> None:
    told = {name: " ".join(str(scenario.__doc__).split()) for name, scenario in SCENARIOS.items()}
    assert {row[0].strip("`"): row[1] for row in table("simulator.md", "scenario")} == told
    shares = {row[0].strip("`"): float(row[1]) for row in table("simulator.md", "fault")}
    assert shares == {fault.value: share for fault, share in USUAL_FAULTS.items()}


def test_what_each_phone_system_can_tell_is_documented() -> None:
    rows = {row[0].strip("`"): row[1:] for row in table("phone-systems.md", "capability")}
    assert list(rows) == [each for each in Capability if each not in COMMANDED]
    assert {name for name, (_, asterisk, _) in rows.items() if asterisk == "yes"} == TOLD - COMMANDED
    assert {simulator for _, _, simulator in rows.values()} == {"yes"}


def test_what_each_phone_system_can_be_told_to_do_is_documented() -> None:
    rows = {row[0].strip("`"): row[1:] for row in table("phone-systems.md", "command")}
    assert list(rows) == [each for each in Capability if each in COMMANDED]
    assert {name for name, (_, asterisk, _) in rows.items() if asterisk == "yes"} == TOLD & COMMANDED
    assert {name for name, (*_, simulator) in rows.items() if simulator == "yes"} == SIMULATED & COMMANDED


def test_every_figure_is_documented() -> None:
    documented = {row[0].strip("`") for row in table("nodes.md", "figure")}
    figures = [each for each in vars(metrics).values() if isinstance(each, Counter | Gauge | Histogram)]
    totals = {figure._name + ("_total" if isinstance(figure, Counter) else "") for figure in figures}
    assert documented == totals


def test_every_difference_is_documented() -> None:
    (row,) = [row for row in table("nodes.md", "figure") if "differences" in row[0]]
    assert set(re.findall(r"`(\w+)`", row[1])) == set(Difference)


def test_every_fact_is_documented() -> None:
    documented = [cell for cell in first_cells("scripts.md") if "." in cell]
    assert documented == [*CATALOGUE, "attr.NAME"]


def test_every_filter_of_texts_is_documented() -> None:
    rows = table("scripts.md", "filter")
    assert [[cell.strip("`").replace("\\|", "|") for cell in row] for row in rows] == [
        [name, each.is_, each.example, each.gives] for name, each in FILTERS.items()
    ]


def test_every_operation_is_documented() -> None:
    rows = [(row[0].strip("`").partition("?")[0], row[1].strip("`")) for row in table("api.md", "request")]
    assert rows == [(f"{o.method.upper()} {o.path.removeprefix('/')}", o.scope) for o in OPERATIONS]


REASONS = [value for name, value in vars(delivery).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("field of a call", openapi.CALL["properties"]),
        ("field of a leg", openapi.LEG["properties"]),
        ("field of a pop", openapi.POP["properties"]),
        ("field of identify", openapi.IDENTIFIED["properties"]),
        ("field of the question", openapi.PICK_REQUEST["properties"]),
        ("field of a pick", openapi.PICKED["properties"]),
        ("field of a check", openapi.SCRIPTS_CHECKED["properties"]),
        ("field of a request", openapi.REPLAY_REQUEST["properties"]),
        ("field of a replay", openapi.REPLAY["properties"]),
        ("field of a replayed call", openapi.REPLAYED["properties"]),
        ("field of an alert", openapi.ALERT["properties"]),
        ("field of a report", openapi.REPORT["properties"]),
        ("field of a customer", schemas.CUSTOMER["properties"]),
        ("field of a phone", schemas.PHONE["properties"]),
        ("field of a purchase", schemas.PURCHASE["properties"]),
        ("field of an item", schemas.ITEM["properties"]),
        ("field of a case", schemas.CASE["properties"]),
        ("field of a batch's answer", schemas.BATCH_ANSWER["properties"]["items"]["items"]["properties"]),
        ("direction", Direction),
        ("state", CallState),
        ("end", End),
        ("identified", Outcome),
        ("result", LegResult),
        ("pop", delivery.STATES),
        ("reason", REASONS),
        ("scope", Scope),
        ("parameter", next(o.parameters for o in OPERATIONS if o.path == "/calls")),
    ],
)
def test_every_value_of_the_api_is_documented(heading: str, values: Iterable[str]) -> None:
    documented = [row[0].strip("`") for row in table("api.md", heading)]
    assert sorted(documented) == sorted(values)
    assert all(row[1] for row in table("api.md", heading))


def test_every_figure_of_reports_is_documented() -> None:
    rows = {row[0].strip("`"): (row[1], row[2]) for row in table("reports.md", "figure")}
    assert rows == {key: (each.label, each.text) for key, each in COLUMNS.items() if key not in FIGURES}


def test_all_that_an_address_of_reports_may_say_is_documented() -> None:
    said = " ".join(f"{row[1]} {row[2]}" for row in table("reports.md", "field"))
    assert set(FIELDS) <= set(re.findall(r"`([a-z_]+)`", said))
    assert {*By, *Show, *PERIODS} <= set(re.findall(r"[a-z0-9_]+", said))


def test_the_length_of_a_page_is_documented() -> None:
    (row,) = [row for row in table("api.md", "parameter") if row[0] == "`limit`"]
    assert f"1 to {MOST}, {USUAL} when left out" in row[1]


def test_the_scripts_in_the_documentation_are_without_mistakes() -> None:
    scripts = re.findall(r"```yaml\n(.*?)```", (DOCS / "scripts.md").read_text(), re.DOTALL)
    assert len(scripts) == 2
    assert [problem for script in scripts for problem in check_text(script, "docs").problems] == []


def test_every_command_in_the_documentation_exists() -> None:
    known = set(re.findall(r"^    (\w+) ", parser().format_help(), re.MULTILINE))
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    used = {
        word
        for page in pages
        for word in re.findall(r"(?:^|[`(| ])lineside ([a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert used <= known


def test_every_page_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target
