"""Reads a posted form, bounded, after checking that one of our own pages sent it for this reader (CSRF)."""

import secrets

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request

from console.errors import ForbiddenError
from console.web.i18n import N_
from console.web.i18n import gettext as _

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
MAX_FIELDS = 200
MAX_FIELD_BYTES = 128 * 1024
MAX_BODY_BYTES = 1024 * 1024
"""For the app's `max_body_size`: what a posted form may weigh in all."""

OUT_OF_DATE = N_(
    "This page is out of date, perhaps because you logged in again elsewhere. Nothing was changed: reload "
    "the page and try again."
)


class Form(ImmutableMultiDict[str, str]):
    """The fields of a form."""

    def text(self, name: str) -> str:
        """The field without blanks around it, "" when it was not sent."""
        return self.get(name, "").strip()


async def read_form(request: Request, *, most: int = MAX_FIELD_BYTES) -> Form:
    """The form that `request` posted, no field of more than `most` bytes. Raises ForbiddenError when it lacks
    this reader's secret."""
    data = await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=most)
    # PostgreSQL cannot store NUL, and nobody types it.
    fields = [(name, value.replace("\0", "")) for name, value in data.multi_items() if isinstance(value, str)]
    form = Form(fields)
    check_csrf(request, form.get(CSRF_FIELD, ""))
    return form


def check_csrf(request: Request, sent: str = "") -> None:
    """Compare the secret sent in the header, or in a form's field (`sent`), with this reader's."""
    expected: str = getattr(request.state, "csrf", "")
    given = request.headers.get(CSRF_HEADER) or sent
    if not expected or not secrets.compare_digest(given.encode(), expected.encode()):
        raise ForbiddenError(_(OUT_OF_DATE))
