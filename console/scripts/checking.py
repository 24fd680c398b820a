"""Checks a script file without a database: its YAML, its documents, its scripts, its texts."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from console.errors import Problem
from console.scripts.chips import lost_chips
from console.scripts.templates import has_values, mistakes
from console.scripts.yaml_files import YamlDocument, read_documents
from scripts_engine.check import ANYWHERE, Surroundings, check_named, check_script, check_together
from scripts_engine.codec import read_script
from scripts_engine.errors import Finding, Level, Path
from scripts_engine.reading import MAX_TEXT, MOST_FINDINGS
from scripts_engine.script import Script, Step

MOST_FINDINGS_OF_A_FILE = 2_000
"""With so much that is wrong or odd, what comes behind is not looked at any more."""

UNREAD = "this and what follows was not looked at, because so much is wrong before it; mend that first"

LONGEST_WHY = 1_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a script file holds: its scripts as far as they can be read, what is wrong, and what is only odd.

    `rejected` counts the scripts with something wrong; `sources` are the scripts as they are written (None:
    that one cannot stand by itself)."""

    scripts: tuple[Script, ...]
    problems: list[Problem]
    warnings: list[Problem]
    rejected: int
    sources: tuple[str | None, ...]


def check_text(
    text: str, name: str, others: Sequence[Script] = (), there: Surroundings = ANYWHERE
) -> Checked:
    """Check a script file called `name`, whose scripts shall stand beside `others`, or in place of those with
    the same keys, where `there` is what they may name. Raises InvalidError
    when it is no YAML file of scripts at all."""
    return check_documents(read_documents(text, name), name, others, there)


def check_documents(
    documents: Sequence[YamlDocument],
    name: str,
    others: Sequence[Script] = (),
    there: Surroundings = ANYWHERE,
) -> Checked:
    """Check the scripts of a file called `name`, "" where they came without one, beside `others`.

    With very many mistakes the scripts after them are not looked at: they come up once these are mended.
    """
    scripts: list[Script] = []
    findings: list[tuple[Finding, YamlDocument | None]] = []
    sources: dict[str, YamlDocument] = {}
    for position, document in enumerate(documents, start=1):
        if len(findings) >= MOST_FINDINGS_OF_A_FILE:
            findings.append((Finding(f"script {position}", (), UNREAD), document))
            break
        script, wrong = read_script(document.value, f"script {position}")
        scripts.append(script)
        sources[script.key] = document  # of scripts with the same key, the last is the one too many
        whole = not any(finding.path[:1] == ("steps",) for finding in wrong)
        if whole:  # only then it can be told which steps lead where
            wrong += check_script(script)
        wrong += check_named(script, there)
        in_texts = islice(check_texts(script, whole=whole), MOST_FINDINGS)
        findings += [(finding, document) for finding in [*wrong, *in_texts]]
    unread = {
        finding.script
        for finding, _ in findings
        if finding.path[:1] == ("when",) and finding.level is Level.ERROR
    }
    findings += [(finding, sources.get(finding.script)) for finding in _together(scripts, others, unread)]
    return _sorted(scripts, findings, name, tuple(document.source for document in documents))


def _together(
    scripts: Sequence[Script], others: Sequence[Script], unread: Collection[str]
) -> Iterator[Finding]:
    """What is found side by side, but for what concerns the others only."""
    named = [script for script in scripts if script.key]
    own = {script.key for script in named}
    beside = [other for other in others if other.key not in own]
    keys = {other.key for other in beside}
    return (found for found in check_together([*named, *beside], unread) if found.script not in keys)


def _sorted(
    scripts: Sequence[Script],
    findings: Iterable[tuple[Finding, YamlDocument | None]],
    name: str,
    sources: tuple[str | None, ...],
) -> Checked:
    placed = sorted(
        ((document.line_of(finding.path) if document else 0, finding) for finding, document in findings),
        key=lambda pair: pair[0],
    )
    problems, warnings = (
        [_problem(finding, line, name) for line, finding in placed if finding.level is level]
        for level in (Level.ERROR, Level.WARNING)
    )
    wrong = {finding.script for _, finding in placed if finding.level is Level.ERROR}
    return Checked(tuple(scripts), problems, warnings, len(wrong), sources)


def _problem(finding: Finding, line: int, name: str) -> Problem:
    where = " ".join(part for part in (name, f"line {line}" if line else "") if part)
    return Problem(where, str(finding), line) if where else Problem(finding.where, finding.sentence)


def check_texts(script: Script, *, whole: bool = True) -> Iterator[Finding]:
    """What is wrong with the texts of a script that customers' values are put into.

    Without the `whole` script it cannot be told which answers are taken down.
    """
    answers = script.answer_names if whole else None
    for position, step in enumerate(script.steps):
        path: Path = ("steps", position)
        for place, text in _texts(step):
            for why, nearest, is_sure in mistakes(text, answers):
                level = Level.ERROR if is_sure else Level.WARNING
                yield Finding(script.key, (*path, *place), why[:LONGEST_WHY], nearest, level)
        for lost in lost_chips((step.fallback or "")[:MAX_TEXT], answers):
            level = Level.ERROR if lost.is_sure else Level.WARNING
            yield Finding(script.key, (*path, "fallback"), lost.why[:LONGEST_WHY], lost.nearest, level)
        if step.fallback is not None and has_values(step.fallback):
            why = "a fallback is shown as it stands, so no values can be put into it; take them out"
            yield Finding(script.key, (*path, "fallback"), why)
        if has_values(step.text) and step.fallback is None:
            why = f'the step "{step.id}" has no fallback for when a value is missing; give it one'
            yield Finding(script.key, (*path, str(step.kind)), why, level=Level.WARNING)


def _texts(step: Step) -> Iterator[tuple[Path, str]]:
    if step.text and len(step.text) <= MAX_TEXT:  # a longer one was refused when it was read
        yield (str(step.kind),), step.text
    for name, value in step.arguments:
        if isinstance(value, str) and len(value) <= MAX_TEXT:
            yield ("with", name), value
