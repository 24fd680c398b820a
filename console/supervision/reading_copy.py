"""A page as it is, without anything that could be pressed, typed into or sent. Pure.

What is drawn for an agent is drawn by the same templates for whoever looks on; this takes out what acts:
forms and their fields become text, and no attribute is left that has a script do something.
"""

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

INSTEAD: Mapping[str, str] = {"form": "div", "button": "span", "label": "span", "fieldset": "div"}
"""What stands in the place of these."""

DROPPED = frozenset({"script", "option", "select", "style", "template"})
"""Gone, with what is in them; of a list, the chosen option is left."""

VOID = frozenset({"area", "br", "col", "hr", "img", "wbr"})

KEPT = frozenset(
    {
        *("alt", "class", "dir", "dl", "hidden", "href", "id", "lang", "open", "rel", "role", "tabindex"),
        *("target", "title", "datetime"),
    }
)
"""Attributes that only show something; those that begin with data- or aria- are left, too."""

ACTING = frozenset({"data-key", "data-key-says", "data-note", "data-survives", "data-pop"})
"""Of them, those on which scripts act."""


def read_only(html: str) -> str:
    """The same to read."""
    copy = _Copy()
    copy.feed(html)
    copy.close()
    return "".join(copy.written)


class _Copy(HTMLParser):
    """Writes what it reads, but for what acts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._gone = 0
        self._chosen = False
        self._details: list[bool] = []  # of those that are open at this place: which are gone

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "option" and "selected" in values:
            self._chosen = True
        elif tag in DROPPED or self._is_fetched(tag, values):
            self._gone += 1
        elif not self._gone:
            self._open(tag, values)

    def _is_fetched(self, tag: str, values: Mapping[str, str | None]) -> bool:
        """Whether it is empty until somebody opens it: then it would stay so."""
        if tag == "details":
            self._details.append("hx-get" in values)
        return tag == "details" and self._details[-1]

    def _open(self, tag: str, values: Mapping[str, str | None]) -> None:
        if tag == "input":
            self._write_field(values)
        elif tag == "textarea":
            self.written.append(f'<p class="copy-text"{_named(values)}>')
        else:
            self.written.append(f"<{INSTEAD.get(tag, tag)}{_attributes(values)}>")

    def _write_field(self, values: Mapping[str, str | None]) -> None:
        kind, value = values.get("type") or "text", values.get("value") or ""
        if kind in {"checkbox", "radio"}:
            self.written.append("☑ " if "checked" in values else "☐ ")
        elif kind != "hidden" and value:
            self.written.append(f'<span class="copy-text"{_named(values)}>{escape(value)}</span>')

    def handle_endtag(self, tag: str) -> None:
        if tag == "option" and self._chosen:
            self._chosen = False
        elif tag in DROPPED or (tag == "details" and self._details and self._details.pop()):
            self._gone = max(0, self._gone - 1)
        elif not self._gone and tag not in VOID and tag != "input":
            self.written.append("</p>" if tag == "textarea" else f"</{INSTEAD.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        if not self._gone or (self._chosen and self._gone == 1):
            self.written.append(escape(data))


def _named(values: Mapping[str, str | None]) -> str:
    """The name by which tests find a field."""
    hook = values.get("data-testid")
    return f' data-testid="{escape(hook)}"' if hook else ""


def _attributes(values: Mapping[str, str | None]) -> str:
    return "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in values.items()
        if _is_kept(name, value or "")
    )


def _is_kept(name: str, value: str) -> bool:
    if name == "href":
        return value.startswith(("/", "#"))
    return name in KEPT or (name.startswith(("data-", "aria-")) and name not in ACTING)
