"""The form in which admins say what a queue asks of who takes its calls: fields as texts, as they were typed,
and what they mean. Pure."""

from collections.abc import Mapping

from console.errors import InvalidError, Problem
from console.queues.actions import LONGEST_OUTCOME, MOST_OUTCOMES, MOST_SECONDS, QueueChange
from console.queues.models import Queue
from console.web.i18n import gettext as _

YES = "yes"

Fields = Mapping[str, str]


def write_fields(queue: Queue) -> dict[str, str]:
    """The queue as the fields hold it."""
    return {
        "wrap_up_s": str(queue.wrap_up_s),
        "outcome_required": YES if queue.outcome_required else "",
        "outcomes": "\n".join(queue.outcomes or ()),
    }


def read_fields(fields: Fields) -> QueueChange:
    """What was typed. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    change = QueueChange(
        wrap_up_s=_seconds(fields.get("wrap_up_s", ""), problems),
        outcome_required=fields.get("outcome_required", "") == YES,
        outcomes=_words(fields.get("outcomes", ""), problems),
    )
    if problems:
        raise InvalidError(problems)
    return change


def _seconds(typed: str, problems: list[Problem]) -> int | None:
    text = typed.strip()
    if (
        text.isascii()
        and text.isdecimal()
        and len(text) <= len(str(MOST_SECONDS))
        and int(text) <= MOST_SECONDS
    ):
        return int(text)
    why = _("Write a number of seconds from 0 to %(most)s; 0 for no time at all.", most=MOST_SECONDS)
    problems.append(Problem("wrap_up_s", why))
    return None


def _words(typed: str, problems: list[Problem]) -> list[str]:
    words = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in typed.splitlines()))))
    if len(words) > MOST_OUTCOMES:
        why = _("These are more than %(most)s: nobody finds the right one among so many.", most=MOST_OUTCOMES)
        problems.append(Problem("outcomes", why))
    for word in words:
        if len(word) > LONGEST_OUTCOME:
            why = _("“%(word)s …” is longer than %(most)s characters.", word=word[:20], most=LONGEST_OUTCOME)
            problems.append(Problem("outcomes", why))
        elif not word.isprintable():
            problems.append(
                Problem("outcomes", _("“%(word)s” has characters that nobody sees.", word=word[:20]))
            )
    return words
