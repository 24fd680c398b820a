"""Templates: escaped, complete, in the reader's language, with files that exist."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from console.web.static import StaticLibrary
from console.web.templates import Templates


@pytest.fixture
def small(tmp_path: Path, static: StaticLibrary) -> Templates:
    """Templates of a folder with one page."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text(
        "{{ locale }} {{ name }} {{ 1234.5|money('EUR') }} {{ static_url('css/base.css') }}"
    )
    (folder / "shared.html").write_text("{{ request.url.path }} {{ viewer.name }} {{ csrf }} {{ extra }}")
    (folder / "broken.html").write_text("{{ static_url('css/bsae.css') }}")
    return Templates(locale="en", zone=ZoneInfo("UTC"), static=static, folder=folder)


def test_values_are_text_and_formats_follow_the_locale(small: Templates) -> None:
    text = small.render("page.html", "en_GB", name="<script>")
    assert text.startswith("en-GB &lt;script&gt; €1,234.50 /static/css/base.css?v=")


def test_a_value_that_was_forgotten_is_a_mistake(small: Templates) -> None:
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        small.render("page.html", "en")


def test_a_file_that_is_not_there_is_named(small: Templates) -> None:
    with pytest.raises(FileNotFoundError, match="css/bsae"):
        small.render("broken.html", "en")


def test_each_template_is_compiled_once_a_locale(small: Templates) -> None:
    assert small.template("page.html", "en") is small.template("page.html", "en")
    assert small.template("page.html", "en") is not small.template("page.html", "sk")


def test_a_response_knows_its_reader(small: Templates) -> None:
    class Ana:
        name = "Ana"

    scope = {"type": "http", "method": "GET", "path": "/desk", "headers": [], "query_string": b""}
    state = {"viewer": Ana, "csrf": "secret", "locale": "en"}
    request = Request({**scope, "server": ("a.test", 80), "state": state})
    answer = small.response(request, "shared.html", {"extra": "!"}, status=422, headers={"X": "y"})
    assert (answer.body, answer.status_code, answer.headers["X"]) == (b"/desk Ana secret !", 422, "y")


@pytest.mark.slow
def test_all_templates_of_the_console_compile(templates: Templates) -> None:
    templates.warm()
