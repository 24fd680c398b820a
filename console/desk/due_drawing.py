"""Works out what a desk prints of the agent's cases that are due. Pure."""

from typing import cast

from console.customers.paths import customer_path
from console.desk.alert_drawing import LINE_LIMIT
from console.desk.appearance import DueCaseDrawing, DueDrawing
from console.desk.due_cases import DueCase, DueCases
from console.desk.plain_text import plain
from console.desk.reading import Reader, moment
from console.live.bus import Value

NOTHING_DUE = DueDrawing([], 0, 0, 0)


def draw_due(value: Value | None, reader: Reader) -> DueDrawing:
    """The cases that are due by the entry of a desk's topic: `case_watch` put it there. What is about to be
    overdue stands first: there is still time."""
    if value is None:
        return NOTHING_DUE
    due = cast("DueCases", value)
    cases = [_case(case, reader) for case in (*due["soon"], *due["overdue"])]
    soon, overdue = due["soon_in_all"], due["overdue_in_all"]
    return DueDrawing(cases, soon, overdue, soon + overdue - len(cases))


def _case(case: DueCase, reader: Reader) -> DueCaseDrawing:
    return DueCaseDrawing(
        case["ref"],
        plain(case["subject"], LINE_LIMIT),
        plain(case["customer"]),
        f"{customer_path(case['customer_ref'])}#cases",
        moment(case["due_at"], reader),
        case["overdue"],
    )
