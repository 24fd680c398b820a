"""Starts the process that does an import: a large file is read nowhere else."""

from functools import partial

from console.cases.news import announce_any
from console.live.bus import Bus
from console.settings import Settings
from console.web import job_process

MODULE = "console.commands.import_job"


async def start_process(settings: Settings, number: int, bus: Bus) -> None:
    """Start the import of this number. Where it cannot say itself what it changes, without a bus of several
    processes, whoever shows cases looks at its end."""
    then = {} if settings.redis_url else {"then": partial(announce_any, bus)}
    await job_process.start_process(settings, MODULE, number, **then)
