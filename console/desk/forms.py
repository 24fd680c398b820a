"""What the desk's pages send."""

import re
from dataclasses import dataclass

from console.customers.learning import NewCustomer
from console.desk.handing_over import Answer
from console.desk.note import NOTE_LIMIT
from console.desk.run_doing import Given
from console.desk.running import Stand
from console.desk.satisfaction import MARKS
from console.errors import InvalidError, Problem
from console.handover.records import LONGEST_REASON as LONGEST_HANDOVER
from console.handover.records import AnswerKind
from console.promises.appointments import Proposal
from console.web.forms import Form
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A note as typed, on top of version `version` (0: nothing was saved yet)."""

    text: str
    version: int


LONGEST_NAME = 300
LONGEST_EMAIL = 320
LONGEST_REF = 100
"""As in the records."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


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


def read_ref(form: Form) -> str:
    """The key of the customer whom a button named. Raises InvalidError."""
    ref = form.text("ref")
    if not ref or len(ref) > LONGEST_REF:
        raise InvalidError([Problem("ref", _("Which customer is meant is not said. Reload the page."))])
    return ref


def read_change(form: Form) -> int:
    """Which step is to be undone. Raises InvalidError."""
    change = form.text("change")
    if not change.isdecimal() or len(change) > 18:
        raise InvalidError([Problem("change", _("Which step is meant is not said. Reload the page."))])
    return int(change)


def read_new_customer(form: Form) -> NewCustomer:
    """What an agent typed of somebody who is not in the records. Raises InvalidError."""
    name, company, email = (" ".join(form.text(field).split()) for field in ("name", "company", "email"))
    problems = []
    if not name:
        problems.append(Problem("name", _("A new customer needs a name.")))
    if max(len(name), len(company)) > LONGEST_NAME:
        problems.append(Problem("name", _("A name has up to %(limit)s characters.", limit=LONGEST_NAME)))
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        problems.append(Problem("email", _("%(email)s is no e-mail address.", email=email[:LONGEST_NAME])))
    if problems:
        raise InvalidError(problems)
    return NewCustomer(name, company or None, email or None)


LONGEST_REASON = 500
"""Characters of why another script was taken."""


def read_stand(form: Form) -> Stand:
    """Where the agent saw the run. Raises InvalidError."""
    number, revision = form.text("run"), form.text("revision")
    if not all(text.isdecimal() and len(text) <= 9 for text in (number, revision)):
        raise InvalidError([Problem("run", _("Where the script stood is not said. Reload the page."))])
    return Stand(int(number), int(revision), form.text("script"), form.text("step"))


def read_given(form: Form) -> Given:
    """What the agent says as they take an action."""
    day, time = form.text("day"), form.text("time")
    when = Proposal(day, time) if "day" in form or "time" in form else None
    return Given(form.text("answer"), when, own=bool(form.text("own")))


def read_mark(form: Form) -> int:
    """How satisfied the caller was. Raises InvalidError."""
    text = form.text("mark")
    if text not in {str(mark) for mark in MARKS}:
        raise InvalidError([Problem("mark", _("Choose a mark from 1 to 5."))])
    return int(text)


def read_taken(form: Form) -> tuple[str, str]:
    """Which script is taken, and why. Raises InvalidError."""
    key, reason = form.text("key"), " ".join(form.text("reason").split())
    if not key:
        raise InvalidError([Problem("key", _("Choose the script that fits better."))])
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidError(
            [
                Problem(
                    "reason", _("Say in up to %(limit)s characters why it fits better.", limit=LONGEST_REASON)
                )
            ]
        )
    return key, reason


def read_handover(form: Form) -> str:
    """Why a call is handed over. Raises InvalidError."""
    reason = form.get("reason", "").replace("\r\n", "\n").strip()
    _check_length("reason", reason)
    return reason


def read_answer(form: Form) -> Answer:
    """What is said to a call that was handed over. Raises InvalidError."""
    kind, text = form.text("kind"), form.get("text", "").replace("\r\n", "\n").strip()
    if kind not in set(AnswerKind):
        why = _("Say whether you take the call over, send it back, or ask for more.")
        raise InvalidError([Problem("kind", why)])
    if not text and kind == AnswerKind.SENT_BACK:
        why = _("Say in a few words why it goes back: whoever had it before reads it.")
        raise InvalidError([Problem("text", why)])
    if not text and kind == AnswerKind.ASKED:
        raise InvalidError([Problem("text", _("Say what you want to know."))])
    _check_length("text", text)
    return Answer(AnswerKind(kind), "" if kind == AnswerKind.TAKEN else text)


def _check_length(field: str, text: str) -> None:
    if len(text) > LONGEST_HANDOVER:
        why = _("Up to %(limit)s characters fit here; these are %(length)s.",
                limit=LONGEST_HANDOVER, length=len(text))  # fmt: skip
        raise InvalidError([Problem(field, why)])
