"""Sets of rules that admins write with the conditions of scripts: each change makes the next version of all
of them, so that every older one is kept (`sets`). What a rule says and does is the business of whoever has a
set: `handover`, `risk`."""
