"""The agent's desk. `screen_pop.py` is the story: call offered -> who is it -> which script and why -> whose
screen -> push -> record."""
