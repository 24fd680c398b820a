"""What the check finds in a draft, each with its place in the page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from console.scripts.checking import check_texts
from console.studio.drawing import ScriptView
from console.studio.editing_source import Source
from console.studio.finding_words import plain_sentence, where_words
from console.studio.places import place_in_page, places_in
from scripts_engine.check import (
    ANYWHERE,
    Surroundings,
    check_named,
    check_script,
    check_together,
    missing_fallbacks,
)
from scripts_engine.codec import read_script
from scripts_engine.errors import Finding, Level
from scripts_engine.script import Script

LABEL = "script"
"""What a script without a key is called in findings."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """Something found: the id of its place in the page (of the text, where it is drawn nowhere), its line in
    the text, where and why in words."""

    mark: str
    line: int
    where: str
    sentence: str
    is_error: bool
    is_condition: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as far as it can be read, and what was found, errors first. Where steps cannot be read (not
    `whole`) it is not looked at how they lead to each other: more may be found then."""

    script: Script
    findings: Sequence[FindingView]
    readable: bool
    whole: bool = True

    @property
    def can_be_judged(self) -> bool:
        """Whether it is known when it applies: then it can be said whether it would be picked."""
        return self.readable or not any(each.is_condition for each in self.findings if each.is_error)

    @property
    def errors(self) -> int:
        """How many things stop it from working."""
        return sum(finding.is_error for finding in self.findings)


def others_than(key: str, scripts: Sequence[Script]) -> list[Script]:
    """The published scripts without an older version of this one."""
    return [script for script in scripts if script.key != key]


def check_draft(
    source: Source,
    view: ScriptView,
    published: Sequence[Script],
    key: str,
    there: Surroundings = ANYWHERE,
) -> Checked:
    """What is wrong or odd in a draft, drawn as `view`, of the script `key` ("": a new one). `there` is what
    it may name."""
    script, wrong = read_script(source.value, LABEL)
    whole = not any(finding.path[:1] == ("steps",) for finding in wrong)
    found = [*wrong, *(check_script(script) if whole else ()), *check_texts(script, whole=whole)]
    found += check_named(script, there)
    if not wrong:
        found += _among(script, published, key)
    places = places_in(view)
    views = [_view(source, script, finding, places) for finding in found]
    return Checked(script, sorted(views, key=lambda view: (not view.is_error, view.line)), not wrong, whole)


def _among(script: Script, published: Sequence[Script], key: str) -> Iterator[Finding]:
    """What is found when the draft stands beside the published scripts, but for what concerns those only."""
    for finding in check_together([*others_than(key, published), script]):
        if not finding.path:
            if script.when is None or finding not in missing_fallbacks(published):
                yield replace(finding, script=script.key, path=(_narrowing(script),))
        elif finding.script == script.key:
            yield finding


def _narrowing(script: Script) -> str:
    """The field because of which it does not always apply."""
    narrowed = {
        "when": script.when,
        "lines": script.lines,
        "queues": script.queues,
        "language": script.language,
        "from": script.starts_on,
        "until": script.ends_on,
    }
    return next((field for field, value in narrowed.items() if value), "when")


def _view(source: Source, script: Script, finding: Finding, places: frozenset[str]) -> FindingView:
    return FindingView(
        mark=place_in_page(source, finding.path, places),
        line=source.document.line_of(finding.path),
        where=where_words(finding.path, script),
        sentence=plain_sentence(finding),  # the page shows what steps are called
        is_error=finding.level is Level.ERROR,
        is_condition=finding.path[:1] not in {("steps",), ("title",), ("articles",)},
    )
