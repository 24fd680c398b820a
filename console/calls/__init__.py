"""The lasting record of calls: legs, pops, notes."""
