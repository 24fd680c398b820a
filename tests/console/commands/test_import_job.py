"""The process that does an import which was begun on the page."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import select

from console.clock import now
from console.commands.database import open_database
from console.customers.models import Customer
from console.profile import import_files, import_jobs, import_process
from console.profile.csv_file import Choices
from console.profile.import_choices import Chosen
from console.profile.models import ImportState
from console.settings import Settings
from console.web import job_process

pytestmark = pytest.mark.slow


async def test_it_imports_and_says_what_became_of_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    sent = import_jobs.Sent("ana@shop.example", "file.csv", import_files.new_name(), 30)
    import_files.path_of(sent.stored_as).write_text("a;b\nC-1;Jana\nC-2;\n")
    chosen = Chosen("customers", Choices(columns=("ref", "name")), ("a", "b"))
    async with open_database(settings) as sessions:
        async with sessions.begin() as session:
            job = import_jobs.add_job(session, sent, chosen, now())
            await session.flush()
            await import_jobs.start(session, job.id, now(), dry_run=False)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", import_process.MODULE, str(job.id)),
            env=job_process.environment(os.environ, settings),
        )
        assert await process.wait() == 0
        async with sessions() as session:
            done = await import_jobs.job_of(session, job.id)
            names = [*await session.scalars(select(Customer.name))]
    assert (done.state, done.imported, done.rejected, names) == (ImportState.DONE, 1, 1, ["Jana"])
    assert "line;reason;a;b" in import_files.rejected_path_of(sent.stored_as).read_text("utf-8-sig")
