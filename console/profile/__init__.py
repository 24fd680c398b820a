"""The customer's page, and the import of customer records from CSV files.

The import: `encoding` and `csv_file` (bytes to rows), `fields` (the text of a cell to a value), `kinds` (a
row to a record), `importing` (batches, what was rejected and why).
"""
