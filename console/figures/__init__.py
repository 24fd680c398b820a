"""All figures of queue boards and reports, so that both say the same. Pure: the standard library only.

No I/O, no database, no clock; time and zone are arguments, records come in as plain values. The live board
and a report of the same period count the same visits with the same code, and agree to the call.

Reading order: `visits` (what comes in), `tally` (what is counted, and put together again), `switches` and
`formulas` (the service level), `catalogue` (every figure by name, with formula and source), `live` (the
board's last 30 minutes and today), `intervals` (local half-hours, hours, days, weeks), `agents` (their
time), `erlang` (how many are needed), `contacts` and `promises` (what came of it); beneath them `shares` and
`times`, beside them `sources` and `words`. `docs/figures.md` says the same to those who read the figures.

Two rules hold everywhere. A visit belongs to the moment at which the caller joined the queue, whatever
happens to it later: so each is counted once, and what is said of an interval adds up. Of nothing, nothing is
said: 0 of 0 is None, neither 0 % nor 100 %.
"""
