"""The knowledge base: questions with their answers, letters and forms, found while somebody types.

An article has a stable key; each save is a version of its own, and the newest one is what agents read.
Letters and forms are templates: the caller's values are put in, in the sandbox of the scripts' texts. Scripts
name the articles that belong beside them by their keys.

Reading order: `article` (what one is, and what can be wrong with it), `models`, `saving` (a new version, or
what somebody else saved meanwhile; archive and restore), `queries`. Then search: `question` (what was typed,
as either database asks for it; pure), `index` (the words that an article is found by), `search`, `passages`
(the place in the text where the words stand; pure). `filling` puts the values of a caller in, `files` brings
articles from and to files.
"""
