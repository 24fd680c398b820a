"""What is on the screens now: the bus between processes, the hub of connections, the socket.

Never imports a slice: `app.py` gives it a table topic -> renderer.

A *topic* (`desk:17`, `links`) holds entries under keys: its state. `put` changes one entry and tells all
subscribers, as one numbered change. On connect a screen gets the state as it is (a snapshot, with its
number), then the changes with higher numbers: nothing is missed, nothing comes twice.

Read `bus` (the port), `memory_bus` and `redis_bus` (its twins; `readers` is what they share), `puts` (in
order, and again when the bus was away), `hub` (who gets what), `frame` and `wire` (how it gets there),
`server` (the short way through uvicorn; `incoming` reads what browsers send), `socket` (the endpoint),
`session_watch` (closes the screens of those who may not look any more); then `link_health`
(who listens says how it goes) and `link_watch` (nobody says anything); last the other direction, from a page
to a phone system: `commands` (who asks), `errands` (who carries it out), `command_words`.
"""
