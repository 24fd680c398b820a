"""Folded templates draw what Jinja would have drawn with gettext and real includes, escaped the same way."""

from gettext import NullTranslations
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup, escape
from typing_extensions import override

from console.web.folding import FoldingEnvironment


class Slovak(NullTranslations):
    """A catalogue of a few words."""

    TEXTS = {"Notes": "Poznámky", "A & B": "<b>A</b>", "Hello %(name)s": "Ahoj %(name)s"}  # noqa: RUF012

    @override
    def gettext(self, message: str) -> str:
        return self.TEXTS.get(message, message)


SOURCES = [
    '{{ _("Notes") }}',
    '<p title="{{ _("Notes") }}">{{ gettext("Notes") }}</p>',
    '{{ _("A & B") }}',
    '{{ _("100 %%") }}',
    '{{ _("unknown") }}',
    "{{ _(word) }}",
    '{{ _("Hello %(name)s", name=word) }}',
    "{% trans name=word %}Hello {{ name }}{% endtrans %}",
    "{% trans word %}Hello {{ word }}, 100 %{% endtrans %}",
    "{% trans count=n %}{{ count }} call{% pluralize %}{{ count }} calls{% endtrans %}",
    "{% if n %}{% trans %}Notes{% endtrans %}{% else %}{{ _('A & B') }}{% endif %}",
    "{% trans name=word, n %}{{ name }} has {{ n }}, 50 %{% endtrans %}",
    '{{ _("%(n)d of them", n=n) }}',
    '{{ _("Hello %(name)s", name=word) ~ "!" }}',
    "{{ n }}{{ word }}{{ word|upper }}{{ None }}{{ word|safe }}",
    "{% include 'part' %}{{ shown is defined }}",
    "{% for word in [word, 'x'] %}{% include 'part' %}{% endfor %}{{ word }}",
    "{% set whole %}{% include 'nested' %}{% endset %}{{ whole }}{{ whole }}",
    "{% include 'page with a block' %}",
    "{% include 'nowhere' ignore missing %}{% include ['nowhere', 'part'] %}",
    "{% include 'without' without context %}",
    "{% include name %}",
]

INCLUDED = {
    "part": "{% set shown %}<b>{{ word }}</b>{% endset %}{{ shown }} {{ _('Notes') }}",
    "nested": "({% include 'part' %})",
    "page with a block": "{% block all %}{{ word }}{% endblock %}",
    "without": "{{ word is defined }}",
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("values", [{"word": "Notes", "n": 1}, {"word": "<&>", "n": 0}])
def test_draws_what_gettext_would(source: str, values: dict[str, Any]) -> None:
    loader = DictLoader({"page": source, **INCLUDED})
    plain = Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])
    plain.install_gettext_translations(Slovak(), newstyle=True)  # type: ignore[attr-defined]
    context = {**values, "name": "part"}
    expected = plain.get_template("page").render(context)
    assert FoldingEnvironment(Slovak(), loader=loader).get_template("page").render(context) == expected


@pytest.mark.parametrize(
    "value", ["plain", "<", ">", "&", '"', "'", "ž\n", "", 7, None, Markup("<b>"), [1, "<"]]
)
def test_escapes_as_markupsafe_does(value: object) -> None:
    assert FoldingEnvironment.escaped(value) == escape(value)


def test_leaves_the_indentation_of_the_source_out() -> None:
    template = FoldingEnvironment(Slovak()).from_string(
        "<ul>\n    <li>{{ word }}</li>\n\n  </ul> <p>a  b</p>"
    )
    assert template.render(word="\n  x") == "<ul>\n<li>\n  x</li>\n</ul> <p>a  b</p>"


def test_looks_texts_up_once() -> None:
    asked: list[str] = []

    class Counting(NullTranslations):
        @override
        def gettext(self, message: str) -> str:
            asked.append(message)
            return message

    template = FoldingEnvironment(Counting()).from_string('{{ _("Notes") }}')
    asked.clear()
    assert [template.render(), template.render()] == ["Notes", "Notes"]
    assert asked == []


class Thing:
    """Something whose drawing is kept."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.html: str | None = None


def test_draws_once_what_is_to_be_kept() -> None:
    template = FoldingEnvironment(Slovak()).from_string(
        "{% kept t %}<b>{{ t.word }}</b>{% endkept %}{{ t.word }}"
    )
    thing = Thing("<a>")
    assert template.render(t=thing) == "<b>&lt;a&gt;</b>&lt;a&gt;"
    thing.word = "b"
    assert template.render(t=thing) == "<b>&lt;a&gt;</b>b"
    assert template.render(t=Thing("b")) == "<b>b</b>b"
