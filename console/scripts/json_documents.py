"""Scripts that came as JSON, to the same documents as a script file's, within the same bounds."""

from collections.abc import Iterator

from console.errors import InvalidError, Problem
from console.scripts.yaml_files import MAX_DEPTH, YamlDocument, odd_character


def json_documents(said: object) -> list[YamlDocument]:
    """The documents of a script, or of a list of scripts. Raises InvalidError as for YAML."""
    items = said if isinstance(said, list) else [said]
    if not items:
        raise InvalidError([Problem("body", "the list holds no script")])
    for position, item in enumerate(items, start=1):
        problem = next(_problems(item, 0), None)
        if problem is not None:
            raise InvalidError([Problem(f"script {position}", problem)])
    return [YamlDocument(item) for item in items]


def _problems(value: object, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        yield f"lists and mappings are nested deeper than {MAX_DEPTH} levels"
    elif isinstance(value, str):
        yield from filter(None, [odd_character(value)])
    elif isinstance(value, dict | list):
        for part in [*value, *(value.values() if isinstance(value, dict) else ())]:
            yield from _problems(part, depth + 1)
