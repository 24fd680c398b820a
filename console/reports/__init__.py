"""Reports: what was, in figures that nobody disputes.

All figures are counted and computed by `console.figures`, out of the same records as on the board; nothing is
summed up by the database. Reading order: `period` and `choice` (what an address asks for, pure), `sources`
(the statements), `counts` (what is counted of one row, pure), `reading` (rows of the report, streamed),
`columns` (the figures that make sense for these rows), `table` (what is shown, pure), `files` (the same as
CSV and XLSX), `views`. The pictures: `week` (heat map), `trend` and `staffing`, with `picture_views`.
"""
