"""Gathers the facts of a call in one database round trip.

Reading order: `statement` (the one statement and its limits), `reader` (runs it on a held connection), `rows`
(what it brings back), `records` (the facts, as the contract defines them), `views` (what people and templates
see), `known` (all of it together), `call` (facts of the call itself).
"""
