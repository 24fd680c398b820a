"""What the check finds in a draft, each with its place in the page. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from console.scripts.checking import check_texts
from console.studio.editing import mark_of
from console.studio.editing_source import Source
from console.studio.editing_steps import answers_of
from scripts_engine.check import check_articles, check_script, check_together
from scripts_engine.codec import read_script
from scripts_engine.errors import Finding, Level, Path, place_of
from scripts_engine.script import Script

LABEL = "script"
"""What a script without a key is called in findings."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """Something found: the id of its place in the page, its line in the YAML, where and why in words."""

    mark: str
    line: int
    where: str
    sentence: str
    is_error: bool
    is_condition: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as far as it can be read, and what was found, errors first."""

    script: Script
    findings: Sequence[FindingView]
    readable: bool

    @property
    def can_be_judged(self) -> bool:
        """Whether it is known when it applies: then it can be said whether it would be picked."""
        return self.readable or not any(each.is_condition for each in self.findings if each.is_error)

    @property
    def errors(self) -> int:
        """How many things stop it from working."""
        return sum(finding.is_error for finding in self.findings)


def check_draft(source: Source, others: Sequence[Script], articles: Collection[str] | None = None) -> Checked:
    """What is wrong or odd in a draft, among the published scripts without an older version of it. `articles`
    are the keys of those that there are; None leaves that open."""
    script, wrong = read_script(source.value, LABEL)
    whole = not any(finding.path[:1] == ("steps",) for finding in wrong)
    found = [*wrong, *(check_script(script) if whole else ()), *check_texts(script, whole=whole)]
    found += check_articles(script, articles) if articles is not None else ()
    if not wrong:
        found += [finding for finding in check_together([*others, script]) if finding.script == script.key]
    views = [_view(source, finding) for finding in found]
    return Checked(script, sorted(views, key=lambda view: (not view.is_error, view.line)), not wrong)


def _view(source: Source, finding: Finding) -> FindingView:
    return FindingView(
        mark=mark_of(_in_page(source, finding.path)),
        line=source.document.line_of(finding.path),
        where=_in_words(source, finding.path),
        sentence=finding.sentence,
        is_error=finding.level is Level.ERROR,
        is_condition=finding.path[:1] not in {("steps",), ("title",), ("articles",)},
    )


def _in_page(source: Source, path: Path) -> Path:
    """The place with an answer named by its position: its words are not unique as an id."""
    if len(path) > 3 and path[0] == "steps" and path[2] == "answers" and isinstance(path[1], int):
        texts = [text for text, _ in answers_of(source, path[1])]
        if path[3] in texts:
            return (*path[:3], texts.index(str(path[3])), *path[4:])
    return path


def _in_words(source: Source, path: Path) -> str:
    """`greet: say` for `steps[0].say`."""
    step = source.get(path[:2]) if path[:1] == ("steps",) and len(path) > 1 else None
    name = step.get("id") if isinstance(step, Mapping) else None
    if not isinstance(name, str):
        return place_of(path)
    return ": ".join(filter(None, [name, place_of(path[2:])]))
