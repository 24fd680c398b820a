"""Fills in texts: Jinja2, sandboxed, that can look at plain values and at nothing else.

What a text may be was checked when it was written (`templates`), and is checked again before it is compiled.
Here is what it can reach: fields of the views that `templates.FIELDS` names, items of lists and mappings; no
method, no attribute of anything else. What it takes in and puts out is cut to a bound. A text that fails says
which of its values it was, never what stood there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, Undefined, UndefinedError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from console.scripts.filters import FILTERS, NO_VALUE, Filter, Speech, UnfitError, locale_of
from console.scripts.templates import FIELDS, PARTS, TESTS, Chain, chains, read, written

MAX_VALUE = 4_000
"""Characters of one value that a text takes in; the rest is cut off."""

MAX_OUTPUT = 4_000
"""Characters of a text that is filled in; the rest is cut off."""

LONGEST_WHY = 300

_SPEECH = "_speech"
"""Where filters find how the person is spoken to. No text can name it."""

_READABLE = frozenset(name for names in (*FIELDS.values(), *PARTS.values()) for name in names)
_INVISIBLE = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F,
     *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF, *range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC),
     *range(0xE0000, 0xE0080)]
)  # fmt: skip
"""Control characters, halves of characters, and those that turn the direction of writing: values come from
outside."""


class TextError(Exception):
    """A text could not be filled in; `why` names the value as the text does, and quotes none."""

    def __init__(self, why: str) -> None:
        self.why = why[:LONGEST_WHY]
        super().__init__(self.why)


@dataclass(frozen=True, slots=True)
class Text:
    """A compiled text; `places` are the values that each of its expressions looks at, by the expression's
    line."""

    template: Template
    places: tuple[tuple[Chain, ...], ...]


class TextEnvironment(ImmutableSandboxedEnvironment):
    """Compiles texts, and fills them in for people in one time zone."""

    def __init__(self, locale: str, zone: ZoneInfo, currency: str) -> None:
        super().__init__(undefined=StrictUndefined, finalize=_shown, cache_size=0)
        self._locale = locale
        self._zone = zone
        self._currency = currency
        self.filters = {name: _in_context(each) for name, each in FILTERS.items()}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.globals = {}

    def compile_text(self, text: str) -> Text | None:
        """The text, ready to be filled in; None when it is none that may be."""
        tree, mistakes = read(text)
        if tree is None or mistakes:
            return None
        places = tuple(_numbered(tree))
        return Text(self.from_string(tree), places)

    def fill_in(
        self,
        text: Text,
        context: Mapping[str, object],
        language: str | None = None,
        region: str | None = None,
    ) -> str:
        """The text with its values, at most MAX_OUTPUT characters, for somebody who speaks `language` and
        calls from the country `region`. Raises TextError."""
        speech = _speech(language or "", region, self._locale, self._zone, self._currency)
        given = text.template.new_context({**context, _SPEECH: speech})
        parts: list[str] = []
        length = 0
        try:
            for part in text.template.root_render_func(given):
                parts.append(part)
                length += len(part)
                if length > MAX_OUTPUT:
                    break
        except Exception as error:  # noqa: BLE001 (whatever a text does wrong, it is told in our words)
            raise TextError(self._why(error, text, context)) from None
        said = "".join(parts).translate(_INVISIBLE)[:MAX_OUTPUT]
        if not said.strip():
            raise TextError("the text comes out empty")
        return said

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute` in a text: the same as `obj["attribute"]`."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field of a view, an item of a list or a mapping; anything else is undefined."""
        value = _looked_up(obj, argument)
        if value is _NOTHING:
            return self.undefined(obj=obj, name=str(argument))
        return value[:MAX_VALUE] if isinstance(value, str) else value

    def _why(self, error: Exception, text: Text, context: Mapping[str, object]) -> str:
        if isinstance(error, UndefinedError):
            problem = NO_VALUE
        elif isinstance(error, UnfitError):
            problem = error.why
        else:
            problem = "cannot be worked out"
        return f"{self._where(error, text, context, problem)} {problem}"

    def _where(self, error: Exception, text: Text, context: Mapping[str, object], problem: str) -> str:
        """The value that it was; where an expression looks at several, those that have none."""
        line = _line(error.__traceback__, text.template)
        looked_at = text.places[line - 1] if 0 < line <= len(text.places) else ()
        empty = (
            [chain for chain in looked_at if self._is_empty(chain, context)] if problem == NO_VALUE else []
        )
        names = [written(chain) for chain in empty or looked_at]
        return " or ".join(names) or "the text"

    def _is_empty(self, chain: Chain, context: Mapping[str, object]) -> bool:
        value = context.get(chain[0])
        for key in chain[1:]:
            value = None if value is None else _looked_up(value, key)
            value = None if value is _NOTHING else value
        return value is None


_NOTHING = object()


def _looked_up(obj: Any, key: Any) -> Any:
    if isinstance(obj, Mapping):
        return obj.get(key, _NOTHING) if isinstance(key, str) else _NOTHING
    if isinstance(obj, tuple | list | str):
        at = key if isinstance(key, int) else None
        return obj[at] if at is not None and -len(obj) <= at < len(obj) else _NOTHING
    if isinstance(obj, Undefined):
        return obj[key]  # says that it is undefined
    return getattr(obj, key, _NOTHING) if isinstance(key, str) and key in _READABLE else _NOTHING


def _in_context(each: Filter) -> Any:
    """The filter as Jinja calls it."""

    @pass_context
    def call(context: Context, value: object, *more: object) -> object:
        return each.apply(context[_SPEECH], value, *more)

    return call


@pass_context
def _shown(context: Context, value: object) -> str:
    if isinstance(value, Undefined):
        raise UnfitError(NO_VALUE)
    speech: Speech = context[_SPEECH]
    return speech.shown(value)


@lru_cache(maxsize=1_000)
def _speech(language: str, region: str | None, locale: str, zone: ZoneInfo, currency: str) -> Speech:
    return Speech(locale_of(language, region, locale), zone, currency)


def _numbered(tree: nodes.Template) -> Iterator[tuple[Chain, ...]]:
    """Give each expression of the text a line of its own: when one fails, its line tells which it was."""
    line = 0
    for node in tree.find_all((nodes.Output, nodes.If)):
        for expression in node.nodes if isinstance(node, nodes.Output) else [node]:
            if not isinstance(expression, nodes.TemplateData):
                line += 1
                expression.lineno = line
                yield tuple(chains(expression.test if isinstance(expression, nodes.If) else expression))


def _line(traceback: TracebackType | None, template: Template) -> int:
    """The line of the template in which an error was raised; 0 when it was none."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code is template.root_render_func.__code__:
            line = template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return line
