"""Gathers the facts of a call in one database round trip."""
