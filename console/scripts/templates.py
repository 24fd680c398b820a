"""The texts of scripts: Jinja2, and only the part of it that can neither hang nor grow.

A template may show values, choose between texts (`{% if %}`) and use the filters of `filters`. It cannot
loop, call, assign, include, multiply or format: it is checked against a list of what is allowed, when it is
written and again before it is compiled (`filling`). A value that is missing is an error, never an empty place
in a sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from jinja2 import Environment, TemplateSyntaxError, nodes

from console.scripts.chips import lost_chips
from console.scripts.filters import FILTERS
from console.scripts.value_types import TemplateMistake, Types
from scripts_engine.facts import find_fact, nearest_fact, nearest_name
from scripts_engine.reading import MAX_TEXT

MAX_DEPTH = 30
"""Levels of expressions and blocks within each other."""

MOST_MISTAKES = 20
"""Mistakes of one text that are told: whoever mends these is told the others."""

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
        "ref", "subject", "status", "priority", "line", "opened_at", "due_at", "reopened", "owner",
        "owner_name", "overdue",
    ),
    "call": ("queue", "direction", "dialled", "line", "wait_s", "transferred"),
    "agent": ("name", "email", "line", "extension"),
}  # fmt: skip
"""What each of them has; of LISTS, what each item has."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "items": ("sku", "name", "category", "quantity", "unit_price"),
    "numbers": ("e164", "raw", "label", "shared"),
}
"""What each of the items of an order and of the numbers of a customer has."""

LISTS = ("orders", "late_orders", "open_cases")

_TYPES = Types(FIELDS, PARTS, LISTS)

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
    nodes.Neg: "a minus in front of a value", nodes.Pos: "a plus in front of a value",
}  # fmt: skip

Key = str | int | None
"""What is looked up in a value; None is not known before the text is filled in."""

Chain = tuple[str, *tuple[Key, ...]]
"""A value as a text names it: `orders[0].ref` is ("orders", 0, "ref")."""


_PARSER = Environment(cache_size=0)  # noqa: S701 - it fills in nothing


def has_values(text: str) -> bool:
    """Whether the text holds more than plain words."""
    return "{{" in text or "{%" in text or "{#" in text


def mistakes(text: str, answers: Sequence[str] | None = None) -> list[TemplateMistake]:
    """Why `text` cannot be used as a template, or can be but surely fails.

    `answers` are the names that its script takes down; None leaves open which these are.
    """
    tree, wrong = read(text, answers)
    failing = () if tree is None or _too_deep() in wrong else _failing(text, tree, wrong)
    return _first(chain(wrong, failing, lost_chips(text[:MAX_TEXT], answers)))


def _failing(text: str, tree: nodes.Template, wrong: Sequence[TemplateMistake]) -> Iterator[TemplateMistake]:
    """What only fails when the text is filled in, or never does."""
    yield from _TYPES.unfit(tree)
    if not wrong and has_values(text) and not any(map(_may_say, tree.find_all(nodes.Output))):
        yield TemplateMistake("the text is always empty; write what is to be said")


def _may_say(output: nodes.Output) -> bool:
    """Whether something may stand there, and not only blanks."""
    for shown in output.nodes:
        value = shown.data if isinstance(shown, nodes.TemplateData) else getattr(shown, "value", shown)
        if not isinstance(value, str) or value.strip():
            return True
    return False


def read(
    text: str, answers: Sequence[str] | None = None
) -> tuple[nodes.Template | None, list[TemplateMistake]]:
    """The tree of a text, as far as it can be read, and why it cannot be used."""
    if len(text) > MAX_TEXT:
        why = f"a text may have {MAX_TEXT:,} characters, not {len(text):,}; shorten it"
        return None, [TemplateMistake(why)]
    try:
        tree = _PARSER.parse(text)
        return tree, _first(chain(_refused(tree, 0), _unknown(tree, answers)))
    except TemplateSyntaxError as error:
        return None, [TemplateMistake(f"the text cannot be read: {_as_written(error.message or '')}")]
    except RecursionError:
        return None, [_too_deep()]


def _as_written(message: str) -> str:
    """What Jinja says, without a full stop, and with its names for signs as texts write them."""
    for name, sign in (("end of print statement", "}}"), ("end of statement block", "%}")):
        message = message.replace(name, sign)
    return message.removesuffix(".")


def _first(found: Iterator[TemplateMistake]) -> list[TemplateMistake]:
    return list(islice(found, MOST_MISTAKES))


def _too_deep() -> TemplateMistake:
    return TemplateMistake(f"the text nests deeper than {MAX_DEPTH} levels; part it into steps")


def _refused(node: nodes.Node, depth: int) -> Iterator[TemplateMistake]:
    if depth > MAX_DEPTH:
        yield _too_deep()
        return
    if not isinstance(node, _ALLOWED):
        yield TemplateMistake(f"a text may not use {_NAMES.get(type(node), type(node).__name__.lower())}")
        return
    if isinstance(node, nodes.Filter):
        yield from _refused_filter(node)
    elif isinstance(node, nodes.Test) and node.name not in TESTS:
        yield _no_such("test", node.name, TESTS)
    elif isinstance(node, nodes.Const):
        yield from _refused_constant(node.value)
    elif isinstance(looked_up := _key(node), str) and looked_up.startswith("_"):
        yield TemplateMistake(f'a text may not look at "{looked_up}"')
    for child in node.iter_child_nodes():
        yield from _refused(child, depth + 1)


def _refused_filter(node: nodes.Filter) -> Iterator[TemplateMistake]:
    known = FILTERS.get(node.name)
    if known is None:
        yield _no_such("filter", node.name, list(FILTERS))
    elif node.dyn_args or node.dyn_kwargs:
        yield TemplateMistake("a text may not use * in brackets")
    elif not known.least <= len(node.args) <= known.most:
        many = "nothing" if not known.most else "one value" if known.least else "one value or nothing"
        yield TemplateMistake(f'the filter "{node.name}" takes {many} in brackets, as in {known.example}')


def _no_such(kind: str, name: str, known: Sequence[str]) -> TemplateMistake:
    return TemplateMistake(f'there is no {kind} "{name}", only {", ".join(known)}', nearest_name(name, known))


def _refused_constant(value: object) -> Iterator[TemplateMistake]:
    """Texts may be put out as they are: half a character, written `\\ud800`, could be sent to no screen."""
    if isinstance(value, str) and any("\ud800" <= character < "\ue000" for character in value):
        yield TemplateMistake(
            "a text in quotes holds half a character (a surrogate); write the character itself"
        )


def _unknown(tree: nodes.Template, answers: Sequence[str] | None) -> Iterator[TemplateMistake]:
    refused = _names_of_refused(tree)
    for name in tree.find_all(nodes.Name):
        if name.name not in VALUES and name.name not in refused:
            why = f'there is no value "{name.name}", only {", ".join(VALUES)}'
            yield TemplateMistake(why, nearest_name(name.name, list(VALUES)))
    for output in tree.find_all(nodes.Output):
        for shown in output.nodes:
            yield from _whole(shown)
    for owner, key, indexed in _looked_up(tree):
        if owner == "facts" and find_fact(key) is None:
            yield TemplateMistake(f'there is no fact "{key}"', nearest_fact(key))
        elif owner == "answers" and answers is not None and key not in answers:
            yield TemplateMistake(f'this script takes down no answer "{key}"', nearest_name(key, answers))
        elif owner in LISTS and not indexed:
            yield TemplateMistake(f'"{owner}" are several', f"{owner}[0].{key}")
        elif key not in FIELDS.get(owner, (key,)) and not key.startswith("_"):
            why = f'"{owner}" has no "{key}", only {", ".join(FIELDS[owner])}'
            yield TemplateMistake(why, nearest_name(key, FIELDS[owner]))


def _names_of_refused(tree: nodes.Template) -> set[str]:
    """What is named by something that a text may not use anyway: `a` in a loop, `range` in a call."""
    called = {call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
    given = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    return called | given | ({"loop"} if tree.find(nodes.For) else set())


def _whole(shown: nodes.Node) -> Iterator[TemplateMistake]:
    """A value that is put out as a whole, but has no text of its own."""
    one = shown.node if isinstance(shown, nodes.Getitem) and isinstance(_key(shown), int) else shown
    if not isinstance(one, nodes.Name) or one.name not in VALUES:
        return
    first = FIELDS.get(one.name, ("",))[0]
    name = f"{one.name}[0]" if one.name in LISTS else one.name
    if first:
        yield TemplateMistake(
            f'"{one.name}" is no text by itself; name what of it is to be said', f"{name}.{first}"
        )
    else:
        yield TemplateMistake(f'"{one.name}" is no text by itself; name what of it is to be said')


def _looked_up(tree: nodes.Template) -> Iterator[tuple[str, str, bool]]:
    """`customer.x` and `orders[0].x` as the value's name, `x`, and whether one of several was taken."""
    for node in tree.find_all((nodes.Getitem, nodes.Getattr)):
        owner, key = getattr(node, "node", None), _key(node)
        indexed = isinstance(owner, nodes.Getitem) and not isinstance(_key(owner), str)
        if indexed:
            owner = getattr(owner, "node", None)
        if isinstance(owner, nodes.Name) and isinstance(key, str):
            yield owner.name, key, indexed


def _key(node: nodes.Node) -> Key:
    """What an expression looks up in a value, as an attribute or an item; None when it does not, or when that
    is not known yet."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return node.arg.value if isinstance(node.arg.value, str | int) else None
    return None


def chains(expression: nodes.Node) -> Iterator[Chain]:
    """The values that an expression looks at, each once, as it names them."""
    found: dict[Chain, None] = {}
    _collect(expression, found)
    yield from found


def _collect(node: nodes.Node, found: dict[Chain, None]) -> None:
    chain = _chain(node)
    if chain is not None:
        found[chain] = None
        return
    for child in node.iter_child_nodes():
        _collect(child, found)


def _chain(node: nodes.Node) -> Chain | None:
    if isinstance(node, nodes.Name):
        return (node.name,)
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        return None
    before = _chain(node.node)
    return None if before is None else (*before, _key(node))


def written(chain: Chain) -> str:
    """A value as a text names it."""
    first, *keys = chain
    return first + "".join(map(_written_key, keys))


def _written_key(key: Key) -> str:
    if isinstance(key, str):
        return f".{key}" if key.isidentifier() else f'["{key}"]'
    return "[…]" if key is None else f"[{key}]"
