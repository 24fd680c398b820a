"""Pages and fragments: one Jinja2 environment per locale, each template compiled once.

Every template sees `_`/`{% trans %}`, `static_url(path)`, `locale` and the filters of `formats`; those drawn
by `response` also see `request`, `viewer` (None when nobody is logged in) and `csrf`, the value of the hidden
field `csrf_token` that every form carries.
"""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.web.folding import FoldingEnvironment
from console.web.formats import formats_for
from console.web.i18n import translations
from console.web.static import StaticLibrary

TEMPLATES = Path(__file__).parents[2] / "templates"


class Templates:
    """Draws the templates under `folder` for readers in `zone`; `locale` is used where a reader has none."""

    def __init__(
        self, *, locale: str, zone: ZoneInfo, static: StaticLibrary, folder: Path = TEMPLATES
    ) -> None:
        self.locale = locale
        self.zone = zone
        self.static = static
        self._loader = FileSystemLoader(folder)
        self._environments: dict[str, Environment] = {}

    def render(self, name: str, locale: str, /, **context: Any) -> str:
        """The template `name` with `context`, in `locale`."""
        return self.template(name, locale).render(context)

    def response(
        self,
        request: Request,
        name: str,
        context: Mapping[str, Any] | None = None,
        *,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The template as the answer to `request`, in its reader's locale."""
        state = request.state
        shared = {
            "request": request,
            "viewer": getattr(state, "viewer", None),
            "csrf": getattr(state, "csrf", ""),
        }
        locale: str = getattr(state, "locale", self.locale)
        content = self.render(name, locale, **shared, **(context or {}))
        return HTMLResponse(content, status_code=status, headers=headers)

    def template(self, name: str, locale: str) -> Template:
        """The compiled template, for those who draw it many times."""
        return self.environment(locale).get_template(name)

    def environment(self, locale: str) -> Environment:
        """The environment of `locale`, made at first use."""
        if locale not in self._environments:
            self._environments[locale] = self._environment(locale)
        return self._environments[locale]

    def warm(self) -> None:
        """Compile every template of the default locale, so that no call waits for it."""
        environment = self.environment(self.locale)
        for name in environment.list_templates(extensions=["html"]):
            environment.get_template(name)

    def _environment(self, locale: str) -> Environment:
        environment = FoldingEnvironment(
            translations(locale),
            loader=self._loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        environment.filters.update(formats_for(locale, self.zone).filters())
        environment.globals |= {"static_url": self.static.url, "locale": locale.replace("_", "-")}
        return environment
