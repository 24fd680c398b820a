"""Users, sessions, API tokens, and what each may do (`permissions`, one table).

Reading order: `permissions` (the table), `viewer` (who is asking), `guard` (what a route needs), `middleware`
(loads who is asking, once per request; `lookup` does it for all who ask at once), then logging in:
`passwords`, `throttle`, `sessions`, `login`, `views`. `actions` and `tokens` are behind the commands
`lineside user` and `lineside token`.

People log in and hold a session; other software holds a token. A session opens the pages and never the API
under `/api/`, a token the API and never the pages: so no page elsewhere can use somebody's cookie on the API.
"""
