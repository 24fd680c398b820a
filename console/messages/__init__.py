"""Messages of supervisors to agents: on the desk until they are put away, and no longer than the day.

models    the tables                keeping  has the desks show what the tables hold
actions   sends, and puts away      live     draws them
"""
