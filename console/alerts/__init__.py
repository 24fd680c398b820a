"""Alerts: a figure of a queue passed its threshold; when, how far, until when, and who has seen it.

course    when an alert begins, rises, falls and ends (pure)
models    the tables
log       reads and writes them
keeping   has all boards show what the tables hold
watch     looks at the queues once a second: one process at a time

What queues are like comes from whoever watches over them (`boards.readings`); this slice knows no boards.
"""
