"""Handing calls over: why an agent passes a call on, what whoever gets it says to that, and the rules by
which it is proposed to whom.

`records` are the values that go round with a call, `queries` and `actions` read and write them. `rules`
decides (pure), `rule_document` and `rule_sets` are its document and how that is stored, `rule_book` what a
process has in memory of it."""
