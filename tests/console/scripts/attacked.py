"""Runs one attack in a process of its own, with a bound on its memory and its time: `python attacked.py
NAME`.

It prints what came of it, one line. Whatever needs more than the bound is killed by the system, and the test
fails.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from console.errors import InvalidError
from console.scripts.checking import check_text
from console.scripts.filling import MAX_OUTPUT
from console.scripts.rendering import Renderer, with_gaps
from console.scripts.templates import mistakes
from scripts_engine.script import Kind, Step

MEMORY = 512 * 1024 * 1024
"""Of address space, beyond what the process has once all modules are loaded."""

TIME_S = 120
"""Of processor time, for all of them."""

HUGE = "x" * 50_000_000
"""A value that no record should have."""


def text(template: str) -> Callable[[], str]:
    """The text is refused when it is written; the desk that gets it all the same shows something short."""

    def attack() -> str:
        found = mistakes(template)
        renderer = Renderer("en", ZoneInfo("UTC"), "EUR")
        customer = SimpleNamespace(
            name=HUGE, language="da", notes=HUGE, attributes={"a": HUGE}, numbers=(HUGE,) * 1000
        )
        step = renderer.step(Step(id="a", kind=Kind.SAY, text=template), {"customer": customer, "facts": {}})
        assert len(step["text"]) <= max(MAX_OUTPUT, len(template)), len(step["text"])
        return found[0].why[:200] if found else f"contained: {step['failed']}"

    return attack


def file(content: str) -> Callable[[], str]:
    """The file is refused, or read."""

    def attack() -> str:
        try:
            checked = check_text(content, "x")
        except InvalidError as error:
            return str(error)[:200]
        return f"{len(checked.problems)} problems: {str(next(iter(checked.problems), ''))[:200]}"

    return attack


def script(say: str) -> str:
    return f"script: a\ntitle: A\nsteps:\n- id: g\n  say: {say!r}\n  fallback: x\n  end: d\n"


def many(count: int, each: str) -> str:
    return "".join(each.replace("#", str(number)) for number in range(count))


LAUGHS = "- &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"- &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]\n" for number in range(1, 10)
)
CHAIN = "- &w0 {not: cases.open = 1}\n" + "".join(
    f"- &w{number} {{all: [*w{number - 1}, *w{number - 1}]}}\n" for number in range(1, 2_000)
)
CONDITIONS = "script: a\ntitle: A\nwhen:\n  all:\n" + many(
    5_000, "    - any: [cases.opn# = 1, cases.opn# = 2, 'attr.x# in [1, 2, 3]', 'x  ', '= = = =']\n"
)

ATTACKS: Mapping[str, Callable[[], str]] = {
    "attribute walk": text("{{ customer.__class__.__mro__[1].__subclasses__() }}"),
    "attribute walk by index": text("{{ customer['__class__']['__init__']['__globals__'] }}"),
    "format string": text("{{ '{0.__class__}'.format(customer) }}"),
    "format by percent": text("{{ '%999999999d' % 1 }}"),
    "huge range": text("{% for a in range(10**9) %}{{ a }}{% endfor %}"),
    "multiplied text": text("{{ 'a' * 10**9 }}"),
    "power": text("{{ 9 ** 9 ** 9 }}"),
    "padded": text("{{ 'a' | center(10**9) }}"),
    "repeated by filter": text("{{ customer.name | replace('x', customer.name) }}"),
    "joined with itself": text("{{ " + " ~ ".join(["customer.notes"] * 200) + " }}"),
    "added to itself": text("{{ " + " + ".join(["customer.notes"] * 25) + " }}"),
    "shown very often": text("{{ customer.notes }}" * 190),
    "a huge list": text("{{ customer.numbers | last | upper }}"),
    "deep brackets": text("{{ " + "(" * 1_900 + "1" + ")" * 1_900 + " }}"),
    "deep lists": text("{{ " + "[" * 1_900 + "]" * 1_900 + " }}"),
    "deep blocks": text("{% if 1 %}" * 150 + "{% endif %}" * 150),
    "deep not": text("{% if " + "not " * 900 + "1 %}a{% endif %}"),
    "long chain of choices": text("{% if 0 %}" + "{% elif 0 %}" * 300 + "{% endif %}"),
    "include": text("{% include '/etc/passwd' %}"),
    "import": text("{% import 'os' as os %}{{ os.environ }}"),
    "macro": text("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"),
    "recursion by set": text("{% set a = [1] %}{% set b = a.append(a) %}"),
    "1 MB of text": text("a" * 1_000_000),
    "1 MB of values": text("{{ customer.name }}" * 50_000),
    "100,000 braces": text("{" * 100_000),
    "100,000 openings": text("{{" * 50_000),
    "4,000 braces": text("{" * 4_000),
    "openings without an end": text("{{" + " {% " * 900),
    "comments without an end": text("{#" * 2_000),
    "quotes without an end": text("{{ '" + "\\'" * 1_900),
    "digits": text("{{ " + "9" * 3_900 + " }}"),
    "an exponent": text("{{ 1e999999999 }}"),
    "half a character": text("{{ '\\ud800' }}"),
    "gaps": lambda: f"contained: {len(with_gaps('{{' * 2_000_000 + '{% {' * 500_000)) > 0}",
    "laughs": file(LAUGHS),
    "laughs in one list": file("[" + "&a [x,x], " + "*a, " * 150_000 + "]"),
    "an alias within itself": file("a: &a [*a, *a]"),
    "chained aliases": file(CHAIN),
    "deep lists of a file": file("[" * 100_000),
    "deep lists, closed": file("[" * 5_000 + "]" * 5_000),
    "deep mappings": file("{a: " * 100_000),
    "deep keys": file("? " * 100_000),
    "deep dashes": file("- " * 100_000),
    "deep lines": file(many(3_000, "\n" + "#:")),
    "very many documents": file("---\n" * 900_000),
    "very many anchors": file("[" + many(40_000, "&a# x, ") + "]"),
    "very many fields": file("script: a\n" + many(50_000, "f#: 1\n")),
    "very many steps": file("script: a\ntitle: A\nsteps:\n" + many(20_000, "- {id: s#, say: x, next: s}\n")),
    "very many scripts that are wrong": file(many(8_000, "---\nscript: a#\ntitel: x\nwhen: cases.opn = 1\n")),
    "very many wrong conditions": file(CONDITIONS),
    "one long line": file("a: " + "x " * 500_000),
    "one long quote": file('a: "' + "\\x41" * 300_000 + '"'),
    "one long key": file("x" * 3_000_000 + ": 1"),
    "too long a file": file("#" * 5_000_000),
    "blanks in a condition": file(
        f"script: a\ntitle: A\nwhen: '{' ' * 1_900}x{' ' * 50}'\nsteps: [{{id: a, end: b}}]\n"
    ),
    "quotes in a condition": file("script: a\ntitle: A\nwhen: 'attr.x in [" + '"' * 1_900 + "]'\n"),
    "a tag": file("!!python/object/apply:os.system [ls]"),
    "a directive": file("%YAML 1.1\n---\na: !!python/name:os.system\n"),
    "1 MB of text in a script": file(script("x" * 1_000_000)),
    "100,000 braces in a script": file(script("{" * 100_000)),
    "a text for regular expressions": file(script("{{ '" + "a" * 3_000 + "!")),
    "odd escapes": file('a: "\\uD800\\0\\UFFFFFFFF"'),
    "numbers without end": file(
        "a: " + "9" * 1_000_000 + "\nb: 1e" + "9" * 100_000 + "\nc: 0x" + "f" * 100_000
    ),
}


def main() -> None:
    """Attack with those that are named, one after the other."""
    with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123 - no path of a person
        now = int(pages.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))
    for name in sys.argv[1:]:
        began = time.process_time()
        came_of_it = ATTACKS[name]()
        print(json.dumps([name, came_of_it, time.process_time() - began]), flush=True)


if __name__ == "__main__":
    main()
