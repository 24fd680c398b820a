"""Receives a file that a form sends: to disk piece by piece, however large it is.

The form's secret comes before the file, so nothing of a file is kept that no page of ours has sent.
"""

import asyncio
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from console.errors import LinesideError, UsageError
from console.web.forms import CSRF_FIELD, check_csrf
from console.web.i18n import gettext as _

PIECE = 1024 * 1024
"""So many bytes are gathered before a thread writes them."""

LONGEST_FIELD = 1_000


class _Parts:
    """The parts of a form as they come: fields, then a file."""

    def __init__(self, request: Request) -> None:
        self.file_name: str | None = None
        self.data = bytearray()
        self._request = request
        self._fields: dict[str, bytearray] = {}
        self._header = (bytearray(), bytearray())
        self._field: bytearray | None = None
        self._disposition = b""

    def on_part_begin(self) -> None:
        self._disposition = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        name, value = map(bytes, self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (bytearray(), bytearray())

    def on_headers_finished(self) -> None:
        _kind, options = parse_options_header(self._disposition)
        if b"filename" in options:
            check_csrf(self._request, bytes(self._fields.get(CSRF_FIELD, b"")).decode(errors="replace"))
            self.file_name = options[b"filename"].decode(errors="replace")
            self._field = None
        else:
            self._field = self._fields.setdefault(options.get(b"name", b"").decode(), bytearray())

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        into = self.data if self._field is None else self._field
        into.extend(data[start:end])
        if self._field is not None and len(self._field) > LONGEST_FIELD:
            raise UsageError(_("The form could not be read: a field of it is too long."))


async def receive_file(request: Request, to: Path, most: int) -> tuple[str, int]:
    """Write the file of the posted form to a new file; returns what it is called, and its size.

    Raises:
        LinesideError: it is larger than `most` bytes, not sent by a page of ours, or there is none. Nothing
            is left of it.
    """
    try:
        with to.open("xb") as file:
            return await _receive(request, file, most)
    except BaseException as error:
        await asyncio.to_thread(to.unlink, missing_ok=True)
        if isinstance(error, LinesideError):
            await _take_the_rest(request)
        raise


async def _receive(request: Request, file: BinaryIO, most: int) -> tuple[str, int]:
    parts, size = _Parts(request), 0
    parser = _parser(request, parts)
    async for chunk in request.stream():
        try:
            parser.write(chunk)
        except FormParserError as error:
            raise UsageError(_("The form could not be read. Go back and send it again.")) from error
        if size + len(parts.data) > most:
            raise UsageError(
                _(
                    "The file is larger than %(most)s MB, which is the most that can be sent here: import "
                    "it by the command `lineside import`, or in parts.",
                    most=most // 1024**2,
                )
            )
        if len(parts.data) >= PIECE or not chunk:
            size += await asyncio.to_thread(file.write, bytes(parts.data))
            parts.data.clear()
    if not parts.file_name:
        raise UsageError(_("No file was chosen: choose one, then send it."))
    return parts.file_name, size


def _parser(request: Request, parts: _Parts) -> MultipartParser:
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UsageError(_("The form could not be read. Go back and send it again."))
    return MultipartParser(
        options[b"boundary"],
        {
            "on_part_begin": parts.on_part_begin,
            "on_header_field": parts.on_header_field,
            "on_header_value": parts.on_header_value,
            "on_header_end": parts.on_header_end,
            "on_headers_finished": parts.on_headers_finished,
            "on_part_data": parts.on_part_data,
        },
    )


async def _take_the_rest(request: Request) -> None:
    """A browser reads the answer only when it has sent all."""
    try:
        async for _chunk in request.stream():
            pass
    except RuntimeError:
        return  # all of it has been read
