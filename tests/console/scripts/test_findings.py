"""Each of the check's findings, seeded once, is found and named at its place: by command and by API.

By the editor: `tests/console/studio/test_findings_in_the_page.py`.
"""

from pathlib import Path
from typing import Any

import httpx
import pytest

from console.commands import scripts
from console.scripts.checking import check_text
from console.settings import Settings
from tests.console.commands.conftest import parse
from tests.console.scripts.seeded import CASES, FINDINGS, is_error, seeded


def expected(case: dict[str, Any], told: list[str]) -> str:
    """The one line of all that was told that is about the finding; there is no other."""
    [line, *others] = sorted(told, key=lambda line: case["says"] not in line)
    assert all(any(also in other for also in case.get("also", ())) for other in others), others
    return line


def test_without_a_seed_nothing_is_found() -> None:
    checked = check_text(CASES["file"], "x")
    assert (checked.problems, checked.warnings, len(checked.scripts)) == ([], [], 3)


@pytest.mark.parametrize("case", FINDINGS.values(), ids=FINDINGS.keys())
async def test_by_command(case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(seeded(case), encoding="utf-8")
    args = parse(scripts, "scripts", "check", str(file))
    assert await args.run(args, Settings()) == (1 if is_error(case) else 0)
    *told, _ = capsys.readouterr().out.splitlines()
    line = expected(case, told)
    where = f"x.yaml line {case['line']}" if case["line"] else "x.yaml"
    assert line.startswith(f"{'' if is_error(case) else 'warning: '}{where}: {case['place']}: ")
    assert case["says"] in line
    assert case["mend"] in line


@pytest.mark.slow
async def test_by_api(api: httpx.AsyncClient) -> None:
    for case in FINDINGS.values():
        answer = await api.post("/scripts:check", content=seeded(case))
        assert answer.status_code == 200
        told = answer.json()
        mine, others = ("problems", "warnings") if is_error(case) else ("warnings", "problems")
        assert (told["ok"], told["scripts"], told[others]) == (not is_error(case), 3, [])
        found = [f"{each['where']}: {each['why']}" for each in told[mine]]
        line = expected(case, found)
        where = f"line {case['line']}: " if case["line"] else ""
        assert line.startswith(f"{where}{case['place']}: ")
        assert case["says"] in line
        assert case["mend"] in line
