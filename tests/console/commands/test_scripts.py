"""`lineside scripts import|export|check`."""

from pathlib import Path

import pytest

from console.commands import scripts, text_files
from console.db.engine import create_engine, create_sessions
from console.errors import UsageError
from console.scripts.failures import Failure, Failures
from console.settings import Settings
from tests.conftest import NOW
from tests.console.commands.conftest import Run

GOOD = "script: always\ntitle: Always\nsteps:\n- {id: greet, say: Good day., end: done}\n"
WRONG = GOOD.replace("title:", "when: purchases.late_opn >= 1\ntitle:")
WHY = 'x.yaml line 2: always: when: there is no fact "purchases.late_opn". Did you mean purchases.late_open?'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


async def test_import_publish_and_export(run: Run, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(scripts, "scripts", "import", str(file)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Stored as drafts: calls get them once they are imported with --publish.",
        "imported 1, unchanged 0, rejected 0",
    ]
    assert await run(scripts, "scripts", "import", str(file), "--publish") == 0
    assert await run(scripts, "scripts", "import", str(file), "--publish") == 0
    assert capsys.readouterr().out.splitlines() == [
        "imported 1, unchanged 0, rejected 0",
        "imported 0, unchanged 1, rejected 0",
    ]
    assert await run(scripts, "scripts", "export") == 0
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert await run(scripts, "scripts", "import", str(file)) == 0
    assert capsys.readouterr().out == "imported 0, unchanged 1, rejected 0\n"


async def test_import_says_what_is_wrong_and_stores_nothing(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(f"{GOOD.replace('always', 'other')}---\n{WRONG}", encoding="utf-8")
    assert await run(scripts, "scripts", "import", str(file)) == 1
    assert capsys.readouterr().out.splitlines() == [
        WHY.replace("line 2", "line 7"),
        "Nothing was imported: mend the file and import it again.",
        "imported 0, unchanged 0, rejected 1",
    ]
    assert await run(scripts, "scripts", "export") == 0
    assert capsys.readouterr().out == ""


async def test_import_of_what_is_no_yaml(run: Run, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("a: [", encoding="utf-8")
    assert await run(scripts, "scripts", "import", str(file)) == 1
    assert capsys.readouterr().out.startswith("x.yaml line 1: this is not YAML: ")


async def test_check(run: Run, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(scripts, "scripts", "check", str(file)) == 0
    assert capsys.readouterr().out == "scripts 1, problems 0, warnings 0\n"
    file.write_text(WRONG, encoding="utf-8")
    assert await run(scripts, "scripts", "check", str(file)) == 1
    assert capsys.readouterr().out.splitlines()[0] == WHY
    file.write_text("a: [", encoding="utf-8")
    assert await run(scripts, "scripts", "check", str(file)) == 1


async def test_files_that_cannot_be_read(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml cannot be read: No such file"):
        await run(scripts, "scripts", "check", "none.yaml")
    file.write_bytes("script: žltá".encode("cp1250"))
    with pytest.raises(UsageError, match=r"x.yaml is not a text in UTF-8 \(byte 8\): save it as UTF-8."):
        await run(scripts, "scripts", "check", str(file))
    monkeypatch.setattr(text_files, "MAX_CHARACTERS", 2)
    with pytest.raises(UsageError, match=r"x\.yaml is too big for a script file: it may have 2 characters\."):
        await run(scripts, "scripts", "import", str(file))


async def test_check_of_what_is_stored(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    assert await run(scripts, "scripts", "check", "--stored") == 0
    assert (
        capsys.readouterr().out.splitlines()[-1] == "scripts 0, problems 0, warnings 2, failures on calls 0"
    )
    assert await run(scripts, "scripts", "import", str(file), "--publish") == 0
    engine = create_engine(settings.database_url)
    failures = Failures(create_sessions(engine))
    failures.note(Failure("always", 1, "greet", "customer.segment has no value"), NOW, "main-1")
    failures.note(Failure("always", 1, "greet", "customer.segment has no value"), NOW, "main-2")
    failures.note(Failure("always", 1, "", "it can no longer be read"), NOW)
    await failures.flush()
    await engine.dispose()
    capsys.readouterr()
    assert await run(scripts, "scripts", "check", "--stored") == 1
    assert capsys.readouterr().out.splitlines() == [
        "on calls: always, version 1: it can no longer be read: once, last 2026-11-21T12:00:00Z",
        (
            "on calls: always, version 1, step greet: customer.segment has no value: 2 times, "
            "last 2026-11-21T12:00:00Z (call main-2)"
        ),
        "scripts 1, problems 0, warnings 0, failures on calls 2",
    ]


async def test_check_needs_a_file_or_what_is_stored(run: Run, file: Path) -> None:
    for words in (("scripts", "check"), ("scripts", "check", str(file), "--stored")):
        with pytest.raises(SystemExit):
            await run(scripts, *words)


async def test_articles_that_there_are_not_are_warned_of(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(GOOD.replace("steps:", "articles: [gone]\nsteps:"), encoding="utf-8")
    why = 'always: articles[0]: there is no article "gone", or not any more; write it, or take it out.'
    assert await run(scripts, "scripts", "check", str(file)) == 0
    assert "gone" not in capsys.readouterr().out  # without the database it is not known
    assert await run(scripts, "scripts", "import", str(file), "--publish") == 0
    assert f"warning: x.yaml line 3: {why}" in capsys.readouterr().out
    assert await run(scripts, "scripts", "check", "--stored") == 0
    assert f"warning: {why}" in capsys.readouterr().out
    assert await run(scripts, "scripts", "export") == 0
    assert "articles: [gone]" in capsys.readouterr().out
