"""Folded texts are those that gettext would have given, escaped the same way."""

from gettext import NullTranslations
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
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
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("values", [{"word": "Notes", "n": 1}, {"word": "<&>", "n": 0}])
def test_draws_what_gettext_would(source: str, values: dict[str, Any]) -> None:
    loader = DictLoader({"page": source})
    plain = Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])
    plain.install_gettext_translations(Slovak(), newstyle=True)  # type: ignore[attr-defined]
    expected = plain.get_template("page").render(values)
    assert FoldingEnvironment(Slovak(), loader=loader).get_template("page").render(values) == expected


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
