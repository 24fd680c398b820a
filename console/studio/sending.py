"""Reads the forms by which scripts and articles are imported: a file, or a pasted text. Bounded."""

from dataclasses import dataclass
from pathlib import PurePath

from starlette.datastructures import UploadFile
from starlette.requests import Request

from console.errors import InvalidError, Problem
from console.scripts.yaml_files import MAX_CHARACTERS
from console.web.forms import CSRF_FIELD, check_csrf
from console.web.i18n import gettext as _

YAML = "application/yaml; charset=utf-8"

MOST_BYTES = 4 * MAX_CHARACTERS
"""No character takes more than four bytes."""

MOST_SENT = 2 * MOST_BYTES
"""For the route's `max_body_size`: a file, a text, and the other fields."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: what the file holds (None: there is none) and is called, the text in the field, the
    note, and whether calls shall get it at once."""

    content: bytes | None
    name: str
    pasted: str
    note: str
    publish: bool

    @property
    def text(self) -> str:
        """What is to be imported. Raises InvalidError when the file is no text in UTF-8."""
        if self.content is None:
            return self.pasted
        try:
            return self.content.decode("utf-8").replace("\0", "")
        except UnicodeDecodeError as error:
            why = _("this is not a text in UTF-8 (byte %(at)s): save it as UTF-8", at=error.start)
            raise InvalidError([Problem(self.name, why)]) from error


async def read_sent(request: Request) -> Sent:
    """The posted form. Raises ForbiddenError when no page of ours sent it for this reader."""
    async with request.form(max_files=1, max_fields=10, max_part_size=MOST_BYTES) as form:
        fields = {name: value.replace("\0", "") for name, value in form.items() if isinstance(value, str)}
        check_csrf(request, fields.get(CSRF_FIELD, ""))
        content, name, file = None, _("text"), form.get("file")
        if isinstance(file, UploadFile) and file.filename:
            content, name = await file.read(), PurePath(file.filename).name
    note = fields.get("note", "").strip()
    return Sent(content, name, fields.get("text", ""), note, "publish" in fields)
