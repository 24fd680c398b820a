"""Looks at files for the pages of the import: in a thread, as chosen, else as the file tells."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request

from console.errors import NotFoundError, UsageError
from console.profile import import_files as files
from console.profile import import_jobs as jobs
from console.profile.column_guess import guess_kind
from console.profile.csv_file import AS_FOUND, CsvFile
from console.profile.fields import forms
from console.profile.import_choices import Chosen, as_before, for_header
from console.profile.kinds import KINDS, Reading
from console.profile.looking import Look, headers_of, look, open_file
from console.profile.models import ImportJob
from console.settings import Settings
from console.web.formats import formats_for
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen, and why the file cannot be read as it was chosen (it is then read as it tells)."""

    look: Look
    refused: str | None = None


async def look_at_sent(request: Request, sent: jobs.Sent) -> Looked:
    """A file that was just sent. Raises UsageError when it is none that can be imported."""
    file = await _open(request, sent, Chosen("", AS_FOUND, ()))
    headers = await asyncio.to_thread(headers_of, file)
    async with request.app.state.sessions() as session:
        before = await jobs.chosen_before(session, headers.values())
    if before is None:
        kind = guess_kind(file, {kind: KINDS[kind].columns for kind in KINDS})
        return Looked(await _look(request, sent, file, Chosen(kind, AS_FOUND, tuple(file.header))))
    choices = as_before(before, headers)
    try:
        return Looked(await _look_as(request, sent, Chosen(before.kind, choices, ())))
    except UsageError:  # not in that encoding any more
        choices = replace(choices, encoding=None)
        return Looked(await _look_as(request, sent, Chosen(before.kind, choices, ())))


async def look_at_job(request: Request, job: ImportJob, chosen: Chosen) -> Looked:
    """The file of an import, read as chosen.

    Raises:
        NotFoundError: the file is not here.
    """
    if not await asyncio.to_thread(files.path_of(job.stored_as).exists):
        raise NotFoundError(
            _("The file is not here any more, or on another machine: it is kept for a day. Send it again.")
        )
    sent = jobs.Sent(job.author, job.file_name, job.stored_as, job.size)
    try:
        return Looked(await _look_as(request, sent, chosen))
    except UsageError as error:
        as_found = replace(chosen.choices, encoding=None, delimiter=None)
        return Looked(await _look_as(request, sent, replace(chosen, choices=as_found)), str(error))


async def _look_as(request: Request, sent: jobs.Sent, chosen: Chosen) -> Look:
    file = await _open(request, sent, chosen)
    return await _look(request, sent, file, for_header(chosen, file.header))


async def _open(request: Request, sent: jobs.Sent, chosen: Chosen) -> CsvFile:
    path, settings = files.path_of(sent.stored_as), request.app.state.settings
    try:
        return await asyncio.to_thread(open_file, path, settings.region, chosen.choices)
    except UsageError as error:
        raise _named(error, sent) from error


async def _look(request: Request, sent: jobs.Sent, file: CsvFile, chosen: Chosen) -> Look:
    settings: Settings = request.app.state.settings
    reading = Reading(forms(settings.locale, settings.time_zone, settings.region), settings.currency)
    formats = formats_for(request.state.locale, settings.time_zone)
    before: Mapping[str, str | None] = {}
    async with request.app.state.sessions() as session:
        before = await jobs.columns_before(session, chosen.kind, file.header)
    try:
        return await asyncio.to_thread(look, file, chosen, reading, formats, before)
    except UsageError as error:
        raise _named(error, sent) from error


def _named(error: UsageError, sent: jobs.Sent) -> UsageError:
    """The sentence with the file called as its sender knows it."""
    return UsageError(str(error).replace(str(files.path_of(sent.stored_as)), sent.file_name))
