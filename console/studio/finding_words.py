"""What the check finds, for people who see no YAML: steps by their place and text, fields in words. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from console.studio.wording import argument_words
from console.studio.words import numbered_step, step_called
from console.web.i18n import N_
from console.web.i18n import gettext as _
from scripts_engine.errors import Finding, Path, place_of
from scripts_engine.script import Script

FIELDS: Mapping[str, str] = {
    "script": N_("its key"),
    "title": N_("its title"),
    "lines": N_("its lines"),
    "queues": N_("its queues"),
    "language": N_("its language"),
    "priority": N_("its priority"),
    "from": N_("first day in force"),
    "until": N_("last day in force"),
    "articles": N_("what stands beside it"),
    "when": N_("when it is given"),
    "steps": N_("its steps"),
}

PARTS: Mapping[str, str] = {
    "id": N_("its name"),
    "fallback": N_("the text for when a value is missing"),
    "answers": N_("its answers"),
    "capture": N_("how the answer is taken down"),
    "next": N_("where it leads"),
    "end": N_("how the call ends"),
    "do": N_("what the agent does"),
    "with": N_("what it is done with"),
}
"""Of a step; its text is what it is called by."""

_NAMED = re.compile(r'(?:the step |the check |(?<=leads to )|(?<=never ends: )|(?<=", ))"([^"]+)"')
"""A step as sentences of the check name it."""


_FIELD = re.compile(r'"[a-z_]+"(?:, the key,| of a (?:step|capture|branch))? (?=is |may |must )')
"""A field as sentences of the check begin with it; where it is in words beside them, that says it all."""


class FindingWords(NamedTuple):
    """What was found: of which script (its title, or its key), where in it ("": as a whole), and why."""

    script: str
    where: str
    sentence: str

    def __str__(self) -> str:
        place = " · ".join(filter(None, [self.script, self.where]))
        return f"{place}: {self.sentence}" if place else self.sentence


def finding_words(finding: Finding, script: Script | None) -> FindingWords:
    """A finding in the `script` (None: it cannot be read)."""
    sentence = _NAMED.sub(lambda found: _step_named(found, finding, script), plain_sentence(finding))
    called = (script.title if script else "") or finding.script
    return FindingWords(called if finding.path else "", where_words(finding.path, script), sentence)


def plain_sentence(finding: Finding) -> str:
    """What was found, without the name of the field in the file: `this is empty` for `"title" is empty`."""
    found = _FIELD.match(finding.sentence)
    return finding.sentence if found is None else _("this %(what)s", what=finding.sentence[found.end() :])


def where_words(path: Path, script: Script | None) -> str:
    """A place: `step 3, “Would you rather wait…”: its answers`."""
    if path[:1] == ("when",) and isinstance(path[2:3] and path[2], int):
        return _("condition %(number)s", number=int(path[2]) + 1)
    if path[:1] != ("steps",) or len(path) == 1:
        return _(FIELDS[str(path[0])]) if path and path[0] in FIELDS else place_of(path)
    at, steps = int(path[1]), script.steps if script else ()
    step = numbered_step(at + 1, steps[at]) if at < len(steps) else _("step %(step)s", step=at + 1)
    return ": ".join(filter(None, [step, _part(path[2:])]))


def _part(path: Path) -> str:
    """A place within a step."""
    if path[:1] == ("with",) and len(path) > 1:
        return argument_words(str(path[1]))
    if path[:1] == ("answers",) and len(path) > 1:
        return _("the answer “%(answer)s”", answer=path[1])
    if path[:1] == ("check",) and len(path) > 1:
        return _("branch %(number)s", number=int(path[1]) + 1)
    return _(PARTS[str(path[0])]) if path and path[0] in PARTS else ""


def _step_named(found: re.Match[str], finding: Finding, script: Script | None) -> str:
    """A step that a sentence names: by its place and text; the one that it is found at is `this step`."""
    steps = [step.id for step in script.steps] if script else []
    if found[1] not in steps:
        return found[0]
    own = finding.path[:2] == ("steps", steps.index(found[1]))
    return _("this step") if own else step_called(script, found[1])
