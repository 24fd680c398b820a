"""How imports are drawn: how far one is, what became of it, and the menus for how its file is read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.profile.encoding import is_certain
from console.profile.fields import Forms
from console.profile.import_choices import COLUMN_LABELS, DELIMITERS, ENCODINGS, KIND_LABELS
from console.profile.import_jobs import is_lost
from console.profile.kinds import KINDS
from console.profile.looking import Look
from console.profile.models import ImportJob, ImportState
from console.profile.spelling import Dates, Numbers
from console.web.formats import lasted
from console.web.i18n import gettext as _

SOON = timedelta(seconds=1)
LOST = "lost"
NUMBERS = {str(each): str(each) for each in Numbers}
DATES = {str(each): str(each) for each in Dates}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `rate` in rows a second and `left` are None until there is something to tell them
    by; `at` is when this was so."""

    percent: int
    rows: int
    rate: int | None
    left: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of the form. `found` is what stands first, for leaving it to the file; `why` says why it stands
    on what it does."""

    name: str
    label: str
    options: Mapping[str, str]
    chosen: str | None
    found: str = ""
    why: str = ""


def draw_progress(job: ImportJob, started_at: datetime) -> Progress:
    """How far a running import is, by its last sign."""
    told = job.heartbeat_at or started_at
    taken, rows = told - started_at, job.imported + job.unchanged + job.rejected
    share = job.position / job.size if job.size else 0.0
    known = taken >= SOON and share > 0
    return Progress(
        percent=min(100, int(share * 100)),
        rows=rows,
        rate=round(rows / taken.total_seconds()) if known else None,
        left=lasted(taken * (1 / share - 1)) if known else None,
        at=told,
    )


def state_of(job: ImportJob, at: datetime) -> str:
    """How it stands: an ImportState, or `lost`."""
    return LOST if is_lost(job, at) else job.state


def draw_state(state: str, *, dry_run: bool) -> str:
    """The state in words."""
    if dry_run and state == ImportState.DONE:
        return _("tried out: nothing was stored")
    return {
        ImportState.CHOOSING: _("not begun"),
        ImportState.RUNNING: _("being tried out") if dry_run else _("running"),
        ImportState.DONE: _("done"),
        ImportState.STOPPED: _("stopped"),
        ImportState.FAILED: _("failed"),
        LOST: _("broken off"),
    }[ImportState(state) if state != LOST else LOST]


def draw_menus(look: Look, usual: Forms) -> list[Menu]:
    """The menus for how the file is read."""
    kind, choices = look.chosen.kind, look.chosen.choices
    number, day = look.numbers or f"1234{usual.decimal}50", look.dates or usual.example
    return [
        Menu("kind", _("It holds"), {kind: _(KIND_LABELS[kind]) for kind in KINDS}, kind),
        _encoding_menu(choices.encoding, look.encoding),
        _menu("delimiter", _("Cells are parted by"), DELIMITERS, choices.delimiter, look.delimiter),
        _menu("numbers", _("Numbers are written"), NUMBERS, choices.numbers, number, told=bool(look.numbers)),
        _menu("dates", _("Dates are written"), DATES, choices.dates, day, told=bool(look.dates)),
    ]


def column_labels(kind: str) -> dict[str, str]:
    """What the columns of a kind of records are called, in order."""
    return {column: _(COLUMN_LABELS[column]) for column in KINDS[kind].columns}


def _encoding_menu(chosen: str | None, value: str) -> Menu:
    menu = _menu("encoding", _("Encoding"), ENCODINGS, chosen, value)
    if chosen or is_certain(value):
        return menu
    return replace(menu, why=_("guessed: do the names below look right?"))


def _menu(
    name: str, label: str, options: Mapping[str, str], chosen: str | None, value: str, *, told: bool = True
) -> Menu:
    """A menu that stands on `value`, by choice, because the file told it, or because it did not."""
    found = _(options[value]) if value in options else value
    if chosen:
        why, found = _("as you chose"), _("as the file tells")
    else:
        why = _("as the file tells") if told else _("as usual here: the file does not tell")
    return Menu(name, label, {each: _(words) for each, words in options.items()}, chosen, found, why)
