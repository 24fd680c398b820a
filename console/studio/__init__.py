"""The admins' pages of call scripts: what there is, what changed, what calls get, and where to begin.

Reading order: `saving` (a new version, or what somebody else saved meanwhile), `conflict` (both, side by
side), `releasing` (publish, roll back, take out of force, archive), `listing` and `history` (what is
stored), `differences` and `words` (two versions in plain words), `shelf` (stored versions read once, and the
check over all that calls get), `gallery`, `sending` and `checking_apart` (where
scripts come from).

Replay: `replay_choice` (what is tried, on which calls), `replay_sets` (the two sets of scripts that this
means), `replay_jobs` (the replays on record), `replay_reading` (past picks), `replaying` (the work, done by a
process of its own), `replay_list` (what differs, with the reasons), `replay_drawing` and `replay_views`.

The knowledge base: `article_list_views`, `article_views`, `article_differences`, `editing_articles` (what
stands beside a script).

What works: `works_choice` (which versions, calls of which days), `works_reading` (past runs, some at a time),
`works_tally` (what is counted of them), `works_intervals` (how sure that is), `works_figures` and
`works_steps` (what is told, and how two versions differ), `works_file` and `works_views`.

The editor: `editing_source` (a script's YAML, edited in place), `editing` (every edit of the page, as a
table) and the other `editing_*` (what these do), `drawing` (the script as a document with menus), `findings`
with their `places` in it, `flow_map` and `preview` (what stands beside it), `keeping` (what of the page need
not be sent again), `editor_views`.
"""
