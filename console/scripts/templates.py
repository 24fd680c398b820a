"""The texts of scripts: Jinja2, sandboxed, and only the part of it that can neither hang nor grow.

A template may show values, choose between texts (`{% if %}`) and use the filters below. It cannot loop, call,
assign, include, multiply or format: it is checked against a list of what is allowed, when it is written and
again before it is compiled. A value that is missing is an error, never an empty place in a sentence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scripts_engine.facts import find_fact, nearest_fact, nearest_name

MAX_DEPTH = 30
"""Levels of expressions and blocks within each other."""

MAX_OUTPUT = 4_000
"""Characters of a text that is filled in; the rest is cut off."""

VALUES: Mapping[str, str] = {
    "customer": "the customer who is bound to the call",
    "company": "the customer's company",
    "orders": "the customer's latest orders, the newest first",
    "late_orders": "the orders that are late, the longest waiting first",
    "open_cases": "the open cases, the most pressing first",
    "call": "the call",
    "agent": "the agent who has the call",
    "answers": "what was answered and taken down in this run, by name",
    "facts": 'the facts of the pick, as in facts["purchases.late_open"]',
}
"""What a text may name."""

_ORDER = (
    "ref", "placed_at", "status", "total", "currency", "promised_at", "delivered_at", "late_days", "late",
    "items", "summary",
)  # fmt: skip
FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "ref", "name", "email", "segment", "language", "birthday", "customer_since", "notes", "attributes",
        "birthday_today", "numbers",
    ),
    "company": ("ref", "name", "people"),
    "orders": _ORDER,
    "late_orders": _ORDER,
    "open_cases": (
        "ref", "subject", "status", "priority", "line", "opened_at", "due_at", "reopened", "owner", "overdue",
    ),
    "call": ("queue", "direction", "dialled", "line", "wait_s", "transferred"),
    "agent": ("name", "email", "line", "extension"),
}  # fmt: skip
"""What each of them has; of LISTS, what each item has."""

LISTS = ("orders", "late_orders", "open_cases")

FILTERS = ("date", "money", "name", "default", "upper", "lower", "capitalize", "first", "last", "length")
TESTS = ("defined", "undefined", "none")

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.Filter, nodes.Test, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Add, nodes.Sub, nodes.Concat, nodes.List, nodes.Tuple,
)  # fmt: skip
_NAMES: Mapping[type[nodes.Node], str] = {
    nodes.For: "a loop (for)", nodes.Macro: "a macro", nodes.Call: "a call", nodes.Assign: "set",
    nodes.AssignBlock: "set", nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "import",
    nodes.Extends: "extends", nodes.Block: "block", nodes.Mul: "*", nodes.Pow: "**", nodes.Mod: "%",
    nodes.Div: "/", nodes.FloorDiv: "//", nodes.CallBlock: "call", nodes.FilterBlock: "a filter block",
    nodes.With: "with", nodes.Slice: "a slice", nodes.Dict: "a mapping", nodes.Keyword: "named arguments",
}  # fmt: skip
_INVISIBLE = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F),
     *range(0x2066, 0x206A), 0xFEFF]
)  # fmt: skip
"""Control characters, and those that turn the direction of writing: values come from outside."""


class TemplateMistake(NamedTuple):
    """Why a text cannot be used, and the nearest right name."""

    why: str
    nearest: str | None = None


class TextEnvironment(ImmutableSandboxedEnvironment):
    """Compiles texts for one locale, time zone and currency."""

    def __init__(self, locale: str, zone: ZoneInfo, currency: str) -> None:
        super().__init__(undefined=StrictUndefined, finalize=self._shown, cache_size=0)
        self._locale = Locale.parse(locale, sep="-" if "-" in locale else "_")
        self._zone = zone
        self._currency = currency
        own: dict[str, Callable[..., object]] = {
            "date": self._date, "money": self._money, "name": tidy_name, "default": _default,
        }  # fmt: skip
        self.filters = {name: own.get(name) or self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.globals = {}

    def fill_in(self, template: Template, context: Mapping[str, object]) -> str:
        """The text with its values, at most MAX_OUTPUT characters. Raises what the template raises."""
        parts: list[str] = []
        length = 0
        for part in template.generate(dict(context)):
            parts.append(part)
            length += len(part)
            if length > MAX_OUTPUT:
                break
        return "".join(parts).translate(_INVISIBLE)[:MAX_OUTPUT]

    def _shown(self, value: object) -> object:
        """What is put into the text; a value that is no text, number or day is a mistake, never `None`."""
        if isinstance(value, str | Undefined):
            return value
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return format_decimal(value, locale=self._locale)
        if isinstance(value, date):
            return self._date(value)
        raise UndefinedError(f"there is no text for {type(value).__name__}")

    def _date(self, value: object) -> str:
        if not isinstance(value, date):
            raise UndefinedError(f"{type(value).__name__} is no day")
        day = value.astimezone(self._zone) if isinstance(value, datetime) else value
        return format_date(day, format="long", locale=self._locale)

    def _money(self, value: Decimal | float, currency: str | None = None) -> str:
        return format_currency(value, currency or self._currency, locale=self._locale)


def tidy_name(value: str) -> str:
    """A name fit for saying: `MRKVA  JOZEF` becomes `Mrkva Jozef`; one with small letters stays as it is."""
    words = value.split()
    return " ".join(word.capitalize() if value.isupper() and len(word) > 2 else word for word in words)


def _default(value: object, otherwise: str) -> object:
    return otherwise if isinstance(value, Undefined) or value in (None, "") else value


_PARSER = TextEnvironment("en", ZoneInfo("UTC"), "EUR")


def has_values(text: str) -> bool:
    """Whether the text holds more than plain words."""
    return "{{" in text or "{%" in text or "{#" in text


def mistakes(text: str, answers: Sequence[str] | None = None) -> list[TemplateMistake]:
    """Why `text` cannot be used as a template.

    `answers` are the names that its script takes down; None leaves open which these are.
    """
    try:
        tree = _PARSER.parse(text)
        found = list(_refused(tree, 0))
        if not found:
            found = list(_unknown(tree, answers))
        if not found:
            _PARSER.from_string(text)
    except TemplateSyntaxError as error:
        return [TemplateMistake(f"the text cannot be read: {error.message}")]
    except RecursionError:
        return [_too_deep()]
    return found


def _too_deep() -> TemplateMistake:
    return TemplateMistake(f"the text nests deeper than {MAX_DEPTH} levels")


def _refused(node: nodes.Node, depth: int) -> Iterator[TemplateMistake]:
    if depth > MAX_DEPTH:
        yield _too_deep()
        return
    if not isinstance(node, _ALLOWED):
        yield TemplateMistake(f"a text may not use {_NAMES.get(type(node), type(node).__name__.lower())}")
        return
    yield from _refused_names(node)
    for child in node.iter_child_nodes():
        yield from _refused(child, depth + 1)


def _refused_names(node: nodes.Node) -> Iterator[TemplateMistake]:
    if isinstance(node, nodes.Filter | nodes.Test):
        kind, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
        if node.name not in known:
            why = f'there is no {kind} "{node.name}", only {", ".join(known)}'
            yield TemplateMistake(why, nearest_name(node.name, known))
    elif (looked_up := _key(node)) and looked_up.startswith("_"):
        yield TemplateMistake(f'a text may not look at "{looked_up}"')


def _unknown(tree: nodes.Template, answers: Sequence[str] | None) -> Iterator[TemplateMistake]:
    for name in tree.find_all(nodes.Name):
        if name.name not in VALUES:
            why = f'there is no value "{name.name}", only {", ".join(VALUES)}'
            yield TemplateMistake(why, nearest_name(name.name, list(VALUES)))
    for owner, key, indexed in _looked_up(tree):
        if owner == "facts" and find_fact(key) is None:
            yield TemplateMistake(f'there is no fact "{key}"', nearest_fact(key))
        elif owner == "answers" and answers is not None and key not in answers:
            yield TemplateMistake(f'this script takes down no answer "{key}"', nearest_name(key, answers))
        elif owner in LISTS and not indexed:
            yield TemplateMistake(f'"{owner}" are several', f"{owner}[0].{key}")
        elif key not in FIELDS.get(owner, (key,)):
            why = f'"{owner}" has no "{key}", only {", ".join(FIELDS[owner])}'
            yield TemplateMistake(why, nearest_name(key, FIELDS[owner]))


def _looked_up(tree: nodes.Template) -> Iterator[tuple[str, str, bool]]:
    """`customer.x` and `orders[0].x` as the value's name, `x`, and whether one of several was taken."""
    for node in tree.find_all((nodes.Getitem, nodes.Getattr)):
        owner, key = getattr(node, "node", None), _key(node)
        indexed = isinstance(owner, nodes.Getitem) and _key(owner) is None
        if indexed:
            owner = getattr(owner, "node", None)
        if isinstance(owner, nodes.Name) and key is not None:
            yield owner.name, key, indexed


def _key(node: nodes.Node) -> str | None:
    """The name that an expression looks up in a value, as an attribute or an item; None when it does not."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    if (
        isinstance(node, nodes.Getitem)
        and isinstance(node.arg, nodes.Const)
        and isinstance(node.arg.value, str)
    ):
        return node.arg.value
    return None
