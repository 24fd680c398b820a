"""A phone system in the box: a believable day, scenarios and recordings, reproducible from a seed, and faults
on demand.

Reading order: `population` (who may call, which queues ring whom: given by whoever composes, the simulator
knows no database), `exchange` (time, calls and legs, and what is said of them), `scenarios` (every way a call
can go, by name), `day` (random callers; `floor` and `chores` are its agents), `recording` (what was recorded,
played again); then the way to us: `limits` (what a phone system cannot tell), `truth` (what is alive, for
resyncs), `faults`, `troubles` (as what they are counted) and `forgery`, `line` (all of it: what arrives, and
when), and `source` (real time, behind the port that every phone system implements). Everything but `source`
is pure.
"""
