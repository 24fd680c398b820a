"""Which call script fits this caller right now, and why. Pure: standard library only.

No I/O, no clock, nothing of ours imported; takes and returns plain values (YAML and Jinja are the
console's business).

Reading order: `facts` (the catalogue of typed facts), `conditions` (what may be asked of them, in
three-valued logic), `script` and `run`, `selection` (the pick), `explanation`, `check` (the linter), `codec`.
"""
