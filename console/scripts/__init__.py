"""Stored call scripts: files in and out, versions, the live index, texts filled in.

Reading order: `yaml_files` (a file's documents and their lines), `checking` (what is wrong in a file),
`actions` and `queries` (what is stored), `library` (what calls are picked from), `templates` (what a text may
be) and `rendering` (a step's text with this customer's values). `demo/` holds the scripts of the demo.
"""
