"""The lasting record of calls: legs, pops, notes.

Reading order: `record` (a call as it is believed to be), `register` (all of them; each event to its call),
`differences` (what a resync put right), `telling` (what happened is told in order), `delivery` (how far a pop
got), `recorder` (writes it all down), `models`, `queries`.
"""
