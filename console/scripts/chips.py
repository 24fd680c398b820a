"""Values as the editor shows them, `‹customer's name›`, that stand in a text by mistake: the editor turns
those that it knows into expressions, so what stays is read out as it stands. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from console.scripts.value_types import TemplateMistake
from console.scripts.value_words import CLOSING, GROUPS, OPENING
from console.web.i18n import gettext as _
from scripts_engine.facts import nearest_name

_CHIP = re.compile(f"{OPENING}([^{OPENING}{CLOSING}]*){CLOSING}")


def lost_chips(text: str, answers: Sequence[str] | None = None) -> Iterator[TemplateMistake]:
    """The values in a text that are none. What resembles no value may be meant as a quotation: not sure."""
    if OPENING not in text:
        return
    known = _known(answers or ())
    for name in dict.fromkeys(_CHIP.findall(text)):
        near = nearest_name(" ".join(name.split()), list(known))
        if name in known:
            why = f"{_chip(name)} is how the editor shows a value; here it is read out as it stands"
            yield TemplateMistake(why, f"{{{{ {known[name]} }}}}")
        elif near:
            yield TemplateMistake(
                f"there is no value {_chip(name)}, so it is read out as it stands", _chip(near)
            )
        else:
            why = f"{_chip(name)} is no value, so it is read out as it stands; take it out, or put in a value"
            yield TemplateMistake(why, is_sure=False)


def _known(answers: Sequence[str]) -> Mapping[str, str]:
    """The values' expressions by what the editor calls them."""
    offered = {_(name): expression for values in GROUPS.values() for expression, name in values.items()}
    return offered | {f"{_('answer')} {name}": f"answers.{name}" for name in answers}


def _chip(name: str) -> str:
    return f"{OPENING}{name}{CLOSING}"
