"""Which call script fits this caller right now, and why. Pure: standard library only.

No I/O, no clock, nothing of ours imported; takes and returns plain values (YAML and Jinja are the
console's business).

Reading order: `facts` (the catalogue of typed facts), `conditions` (what may be asked of them, in
three-valued logic) and `notation` (how people write it), `script` and `run`, `selection` (the pick, from the
bits of `tables`), `explanation`, `replay` (past picks by other scripts), `check` (the linter), `codec` with
`condition_codec` and `reading`.
"""
