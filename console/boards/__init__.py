"""The supervisor's board: who waits in which queue, who does what, and the figures of now and today.

Whoever listens to a phone system says on the bus who waits (`desk.waiting`), and what was counted: `news` has
both. Whoever serves pages follows the bus in a `board` (pure: what is so, and what is to be drawn anew), from
which `feed` hands on to the open pages what changed, a few times a second and only while somebody looks.
`drawing` works out what templates print, `live` draws it, `routes` has the addresses. `readings` is what
`console.alerts` watches, `view_store` keeps what each supervisor wants to see.
"""
