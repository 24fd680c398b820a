"""What scripts failed at on calls, told to people who see no YAML. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.scripts.failures import Failure, Seen, StoredFailure
from console.scripts.value_words import why_in_words
from console.studio.words import step_called
from scripts_engine.script import Script


@dataclass(frozen=True, slots=True)
class FailureWords:
    """A failure: what the script is called, at which step ("": as a whole), and why."""

    failure: Failure
    seen: Seen
    script: str
    step: str
    why: str


def failure_words(stored: Sequence[StoredFailure], scripts: Mapping[str, Script]) -> list[FailureWords]:
    """The failures, of these scripts, by their keys, as far as they can be read."""
    return [_told(each, scripts.get(each.failure.key)) for each in stored]


def _told(stored: StoredFailure, script: Script | None) -> FailureWords:
    failure = stored.failure
    return FailureWords(
        failure,
        stored.seen,
        script=script.title if script else failure.key,
        step=step_called(script, failure.step) if failure.step else "",
        why=why_in_words(failure.why) if failure.step else failure.why,
    )
