"""Believable customers, agents and scripts for the demo, the same for the same seed and moment.

`names` and `goods` are word lists; `people`, `orders`, `cases`, `history` and `told` make records of them
(pure: a random source and the present moment in, table rows out), `records` puts these together; `team` says
who works in the demo; `actions` writes everything into an empty SQLite database; `queries` tells the
simulator who may call.
"""
