"""Scripts to edit: those of the demo, and one that is written in every odd way that YAML allows."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest

import console.scripts
from scripts_engine.errors import Path

DEMO = sorted((File(console.scripts.__file__).parent / "demo").glob("*.yaml"))
ODD = """\
# Who wrote this knew YAML well.
script: odd   # the key
title: 'It''s odd'
lines: [1,   2]
queues:
- support
- sales     # since spring

priority: 7
when:  # both must hold
  # the first
  all:
    # late
    - purchases.late_open >= 1  # at least one

    - not: caller.segment = "vip"  # never these
    - any: [cases.open = 0, 'cases.highest_priority in ["low"]']
    - any:
        # none of them
        - cases.open_line_1 = 0
        - cases.open_line_2 = 0  # second
    # not at night
    - not:
        any:
          - call.hour < 8
          - call.hour >= 20

steps:
  # how it begins
  - id: greet
    say: >-
      Good day,
      {{ customer.name | name }}.
    fallback: 'Good day.'   # when nothing is known
    next: wish

  - ask: "What do you wish?"
    id: wish
    answers:
      - "yes, please": do-it
      # and politely
      - no: close
  -
    id: do-it
    do: open_case
    with: {subject: "A, \\"B\\"", line: 2,
      # urgent
      priority: high}
    next: look
  - id: look
    check:
      - when: {all: [cases.open >= 1, call.line = 1]}
        next: take
      - when:
          not: caller.known = yes
        next: close
    next: take
  - {id: take, ask: "Which?", capture: {name: which, type: choice, choices: [a, b]}, next: close}
  - id: close
    # the end
    end: resolved
# behind everything
"""
USUAL = (File(console.scripts.__file__).parent / "demo" / "late-delivery.yaml").read_text()
ALL = [
    pytest.param(ODD, id="odd"),
    *(pytest.param(file.read_text(), id=file.stem, marks=pytest.mark.slow) for file in DEMO),
]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The place of everything in a plain value."""
    fields = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in fields:
        yield (*path, name)
        yield from places(inner, (*path, name))


def comments(text: str) -> list[str]:
    """The comments in a script that has no other #."""
    return sorted(line[line.index("#") :].strip() for line in text.splitlines() if "#" in line)
