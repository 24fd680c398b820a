"""The work list: callers whom nobody answered, one entry each, and call-backs that are due.

Both are claimed by one agent at a time and are done when the caller was reached, when they called again by
themselves and were answered, or when somebody closes them with a reason.

Read `entry` (the life of an entry, pure), `noting` (what call records say of entries, in the transaction
that writes them), `actions` (what agents do), `reading` (the list, as it goes over the bus), `keeping` (keeps
the bus as the database is: after each change, and every few seconds for what only time changes).
"""
