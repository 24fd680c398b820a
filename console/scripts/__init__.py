"""Stored call scripts: files in and out, versions, the live index, texts filled in.

Reading order: `yaml_files` and `json_documents` (a file's documents and their lines), `checking` (what is
wrong in a file), `actions` and `queries` (what is stored), `library` (what calls are picked from),
`templates` (what a text may be), `filters` and `filling` (what it becomes) and `rendering` (a step's text
with this customer's values); `failures` and `attributes` (what authors are told of what does not work on
calls). `demo/` holds the scripts of the demo.
"""
