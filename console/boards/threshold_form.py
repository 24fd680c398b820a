"""The form in which supervisors say from when on a queue is yellow or red: fields as texts, as they were
typed, and what they mean. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.errors import InvalidError, Problem
from console.queues.thresholds import Thresholds
from console.web.i18n import N_
from console.web.i18n import gettext as _

YES = "yes"
SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fields of the form, for yellow and for red; red is worse. `most` is the greatest number."""

    label: str
    yellow: str
    red: str
    most: int
    falls: bool = False


PAIRS = (
    Pair(N_("callers waiting, from"), "waiting_yellow", "waiting_red", 1_000),
    Pair(N_("longest wait in seconds, from"), "longest_yellow_s", "longest_red_s", 24 * 60 * 60),
    Pair(N_("service level in percent, under"), "level_yellow", "level_red", 100, falls=True),
)


def write_fields(thresholds: Thresholds) -> dict[str, str]:
    """The thresholds as the fields hold them."""
    names = [name for pair in PAIRS for name in (pair.yellow, pair.red)]
    values = {name: getattr(thresholds, name) for name in names}
    fields = {name: "" if value is None else str(value) for name, value in values.items()}
    return fields | {SOUND: YES if thresholds.sound else ""}


def read_fields(fields: Mapping[str, str]) -> Thresholds:
    """What was typed. Raises InvalidError with all that is wrong."""
    problems: list[Problem] = []
    values: dict[str, int | None] = {}
    for pair in PAIRS:
        for name in (pair.yellow, pair.red):
            values[name] = _number(name, fields.get(name, ""), pair.most, problems)
        if not _worse(values[pair.yellow], values[pair.red], falls=pair.falls):
            problems.append(Problem(pair.red, _("Red must be worse than yellow.")))
    if problems:
        raise InvalidError(problems)
    return Thresholds(**values, sound=fields.get(SOUND, "") == YES)


def _number(name: str, typed: str, most: int, problems: list[Problem]) -> int | None:
    text = typed.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    why = _("Write a whole number from 1 to %(most)s, or nothing for never.", most=most)
    problems.append(Problem(name, why))
    return None


def _worse(yellow: int | None, red: int | None, *, falls: bool) -> bool:
    return yellow is None or red is None or (red < yellow if falls else red > yellow)
