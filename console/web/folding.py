"""Texts are looked up in the catalogue once, when a template is compiled, not each time it is drawn.

Each environment speaks one language, so `_("Notes")` is a constant in it. A pop has some thirty
texts: looking them up while the phone rings would cost more than all its values.
"""

from collections.abc import MutableMapping
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from typing_extensions import override

LOOKUPS = {"_", "gettext"}


class FoldingEnvironment(Environment):
    """An environment in one language: `catalogue` has its texts. Always escapes, always newstyle gettext."""

    def __init__(self, catalogue: NullTranslations, **options: Any) -> None:
        super().__init__(extensions=["jinja2.ext.i18n"], autoescape=True, **options)
        self.catalogue = catalogue
        self.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]

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
    """Puts a catalogue's texts in the place of the calls that look them up."""

    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the visitor's protocol)
        """`_("text")` becomes the text, `gettext("… %(x)s", x=…)` becomes the text % values."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in LOOKUPS and _is_constant(node)):
            return node
        text = Markup(self._environment.catalogue.gettext(node.args[0].as_const()))  # noqa: S704 (our own)
        if node.kwargs:
            pairs: list[nodes.Node] = [nodes.Pair(nodes.Const(item.key), item.value) for item in node.kwargs]
            folded: nodes.Node = nodes.Mod(nodes.Const(text), nodes.Dict(pairs))
        else:
            folded = nodes.Const(text % {})  # as newstyle gettext does: a % is written %%
        return folded.set_lineno(node.lineno).set_environment(self._environment)


def _is_constant(call: nodes.Call) -> bool:
    plain = call.dyn_args is None and call.dyn_kwargs is None and len(call.args) == 1
    return plain and isinstance(call.args[0], nodes.Const)
