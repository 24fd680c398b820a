"""The customer's page, the import of customer records from CSV files, and the export and erasure of a person.

The import: `encoding` and `csv_file` (bytes to rows), `fields` (the text of a cell to a value), `kinds` (a
row to a record), `importing` (batches, what was rejected and why).

The person: `person` (whose row, numbers and calls are meant), `exporting` (all of it as one document),
`erasure_preview` (what would go and what would stay), `erasing` (does it). docs/privacy.md describes them.
"""
