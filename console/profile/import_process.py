"""Starts the process that does an import: a large file is read nowhere else."""

from console.settings import Settings
from console.web import job_process

MODULE = "console.commands.import_job"


async def start_process(settings: Settings, number: int) -> None:
    """Start the import of this number."""
    await job_process.start_process(settings, MODULE, number)
