"""Customers at risk: the rules by which they are found, and the lists of those who were.

`rules` decides (pure), `rule_document` is a rule as its author writes it, `rule_sets` how rules are stored.
A *survey* goes through all customers once, and keeps whom a rule is for (`models`); `surveys` says how far
one is. Whoever does one is in `console.reports`.
"""
