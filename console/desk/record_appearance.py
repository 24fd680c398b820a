"""What the desk's templates read of who calls and of their records. See `appearance`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as text: its `day` (the year only when it is another one), the time of day as `clock`,
    `exact` for hovering, `iso` in UTC."""

    day: str
    clock: str
    exact: str
    iso: str


@dataclass(frozen=True, slots=True)
class OrderDrawing:
    """A purchase. `late_days` 0: not late."""

    ref: str
    summary: str
    total: str
    status: str
    late_days: int
    placed: Moment
    promised: Moment | None


@dataclass(frozen=True, slots=True)
class CaseDrawing:
    """A case. `hot`: it is open and overdue, or of high or urgent priority. `dom` names it in the page."""

    ref: str
    dom: str
    subject: str
    status: str
    priority: str
    line: int
    reopened: int
    overdue: bool
    hot: bool
    opened: Moment
    due: Moment | None
    closed: Moment | None
    owner: str | None
    touched: bool


@dataclass(frozen=True, slots=True)
class CallbackDrawing:
    """A call-back that is owed; the day of `due` has its weekday."""

    due: Moment
    by: str
    note: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class MadeDrawing:
    """Something that was offered, and the `answer` (as in `promises.models`)."""

    what: str
    answer: str
    at: Moment


@dataclass(frozen=True, slots=True)
class CandidateDrawing:
    """Somebody who may be calling; `page` is the path of all about them."""

    page: str
    ref: str
    name: str
    company: str | None
    strength: str
    why: str


@dataclass(frozen=True, slots=True)
class AsideDrawing:
    """Somebody whose number only looks like the caller's."""

    ref: str
    why: str


@dataclass(frozen=True, slots=True)
class LearntDrawing:
    """What an agent (this one, when it is `own`) said of who calls; `kind` as in `customers.learning`."""

    id: int
    kind: str
    own: bool
    author: str
    customer: str
    at: Moment


@dataclass(frozen=True, slots=True)
class CustomerDrawing:
    """Who is calling, from our own records; `page` is the path of all about them."""

    page: str
    ref: str
    name: str
    company: str | None
    segment: str | None


@dataclass(slots=True, eq=False)
class RecordsDrawing:
    """What the records say of the caller, and by which `steps`. `nobody`: no customer has the number;
    `customer`: one has it, with these `orders` and `cases`. `mark` names the call in the page; `html` is kept
    by the template."""

    mark: str

    steps: list[str]
    aside: list[AsideDrawing]
    nobody: bool
    customer: bool
    candidates: list[CandidateDrawing]
    more: int  # that are not listed
    orders: list[OrderDrawing]
    cases: list[CaseDrawing]
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Alerts:
    """What is wrong right now, or worth a word: named above everything else that is known.

    `more_late` counts the late orders that are not in `late`; `often` is the number of calls in 7 days,
    0 when that is nothing special. `again` is the last call when it was less than an hour before this one,
    `again_min` minutes before it.
    """

    late: list[OrderDrawing]
    more_late: int
    cases: list[CaseDrawing]
    repeat_today: bool
    again: Moment | None
    again_min: int
    often: int
    birthday: bool
    callbacks: list[CallbackDrawing]
    offers: list[MadeDrawing]
