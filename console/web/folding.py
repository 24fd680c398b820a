"""What does not change between two drawings of a template is done once, when it is compiled.

Each environment speaks one language, so `_("Notes")` is a constant in it; what a template includes stands in
its place, as if written there; values without anything to escape are not wrapped. A pop has some thirty
texts and six parts: putting them together while the phone rings would cost more than all its values.

An error in what was included names the line there, but the template that includes it.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from typing_extensions import override

LOOKUPS = {"_", "gettext"}

_HARMFUL = re.compile("[&<>\"']").search
_INDENT = re.compile(r"\s*\n\s*")
_PLACE = re.compile(r"%(?:\((\w+)\)s|(%))")


class _Code(CodeGenerator):
    """As Jinja's, except that values are escaped by `FoldingEnvironment.escaped`."""

    @override
    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        self.write("environment.escaped(")


class _Keep(Extension):
    """`{% kept thing %}…{% endkept %}` draws what is inside once, and keeps it as `thing.html`."""

    tags = {"kept"}  # noqa: RUF012 (Jinja's protocol)

    @override
    def parse(self, parser: Parser) -> nodes.Node:
        lineno = next(parser.stream).lineno
        thing = parser.parse_expression()
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_draw_once", [thing]), [], [], body, lineno=lineno)

    def _draw_once(self, thing: Any, caller: Callable[[], str]) -> str:
        if thing.html is None:
            thing.html = caller()
        drawn: str = thing.html
        return drawn


class FoldingEnvironment(Environment):
    """An environment in one language: `catalogue` has its texts. Always escapes, always newstyle gettext."""

    code_generator_class = _Code

    def __init__(self, catalogue: NullTranslations, **options: Any) -> None:
        super().__init__(extensions=["jinja2.ext.i18n", _Keep], autoescape=True, **options)
        self.catalogue = catalogue
        self.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]

    @staticmethod
    def escaped(value: object) -> str:
        """As `markupsafe.escape`, ten times as fast for the many values in which there is nothing to escape:
        they are put into the page as they are."""
        if type(value) is str and not _HARMFUL(value):
            return value
        return escape(value)

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict, not a ChainMap: the globals are known by now, and every include goes through them."""
        return {**self.globals, **(d or {})}

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _Fold(self).visit(template)
        return template


class _Fold(NodeTransformer):
    """Puts a catalogue's texts in the place of the calls that look them up, and templates in the place of
    their includes; leaves the source's indentation out."""

    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802 (the visitor's protocol)
        """In a page one line break says as much as all the space around it."""
        node.data = _INDENT.sub("\n", node.data)
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 (the visitor's protocol)
        """The included template, where it needs nothing that only a template of its own can do."""
        loader, name = self._environment.loader, node.template
        if loader is None or not isinstance(name, nodes.Const) or node.ignore_missing:
            return node
        source, filename, _ = loader.get_source(self._environment, name.value)
        # the environment's own way: whatever is included is folded, too
        included = self._environment._parse(source, name.value, filename)  # noqa: SLF001
        if not node.with_context or included.find(nodes.Extends) or included.find(nodes.Block):
            return node
        return nodes.Scope(included.body, lineno=node.lineno, environment=self._environment)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 (the visitor's protocol)
        """A text with values becomes its pieces and the values between them."""
        pieces = [piece for child in node.nodes for piece in self._pieces(child)]
        node.nodes = [self.visit(piece) for piece in pieces]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the visitor's protocol)
        """`_("text")` becomes the text, `gettext("… %(x)s", x=…)` becomes the text % values."""
        self.generic_visit(node)
        if not _is_lookup(node):
            return node
        text = self._text(node)
        if node.kwargs:
            pairs: list[nodes.Node] = [nodes.Pair(nodes.Const(item.key), item.value) for item in node.kwargs]
            folded: nodes.Node = nodes.Mod(nodes.Const(text), nodes.Dict(pairs))
        else:
            folded = nodes.Const(text % {})  # as newstyle gettext does: a % is written %%
        return folded.set_lineno(node.lineno).set_environment(self._environment)

    def _text(self, lookup: nodes.Call) -> Markup:
        return Markup(self._environment.catalogue.gettext(lookup.args[0].as_const()))  # noqa: S704 (our own)

    def _pieces(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        values = {item.key: item.value for item in node.kwargs} if isinstance(node, nodes.Call) else {}
        if not (isinstance(node, nodes.Call) and values and _is_lookup(node)):
            yield node
            return
        # literal, name of a value or None, "%" or None, literal, …
        parts = _PLACE.split(self._text(node))
        if any("%" in literal for literal in parts[::3]) or not {*parts[1::3]} - {None} <= values.keys():
            yield node  # `visit_Call` makes what it can of it
            return
        for literal, name, percent in zip(
            parts[::3], [*parts[1::3], None], [*parts[2::3], None], strict=True
        ):
            yield nodes.TemplateData(literal + (percent or ""))
            if name is not None:
                yield values[name]


def _is_lookup(call: nodes.Call) -> bool:
    """Whether the call looks up one constant text."""
    plain = call.dyn_args is None and call.dyn_kwargs is None and len(call.args) == 1
    named = isinstance(call.node, nodes.Name) and call.node.name in LOOKUPS
    return plain and named and isinstance(call.args[0], nodes.Const)
