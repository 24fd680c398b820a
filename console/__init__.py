"""The application, in vertical slices over a small shared floor.

Reading order: `desk/screen_pop.py` (the whole story in one file), `intake.py` (what feeds it), `app.py` (how
everything is put together), `routes.py` (every URL). Who may import whom stands in pyproject.toml and is
checked. Inside a slice the same file names each time: models, queries, actions, views, forms, live.

Words: a *call* is one conversation from the caller's side; a *leg* one agent's part in it; an *offer* a leg
that rings; a *pop* what appears on the agent's screen for an offer; a *pick* the choice of a *script*; a
*run* one walk through it.
"""
