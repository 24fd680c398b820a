"""What the desk's pages send."""

from dataclasses import dataclass

from console.desk.note import NOTE_LIMIT
from console.errors import InvalidError, Problem
from console.web.forms import Form
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A note as typed, on top of version `version` (0: nothing was saved yet)."""

    text: str
    version: int


def read_note(form: Form) -> NoteForm:
    """The note in a posted form. Raises InvalidError."""
    # Browsers send a form's line ends as \r\n; the text area has \n.
    text = form.get("text", "").replace("\r\n", "\n")
    version = form.text("version")
    problems = []
    if len(text) > NOTE_LIMIT:
        problems.append(
            Problem("text", _("A note holds %(limit)s characters; this one has %(length)s.",
                              limit=NOTE_LIMIT, length=len(text)))
        )  # fmt: skip
    if not version.isdecimal() or len(version) > 9:
        problems.append(Problem("version", _("The version must be a whole number.")))
    if problems:
        raise InvalidError(problems)
    return NoteForm(text, int(version))
