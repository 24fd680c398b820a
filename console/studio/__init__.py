"""The admin's script pages.

Replay: `replay_choice` (what is tried, on which calls), `replay_sets` (the two sets of scripts that this
means), `replay_jobs` (the replays on record), `replay_reading` (past picks), `replaying` (the work, done by a
process of its own), `replay_list` (what differs, with the reasons), `replay_drawing` and `replay_views`.
"""
