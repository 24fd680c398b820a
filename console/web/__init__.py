"""The web floor: templates, translations, forms, security headers, error pages. Knows no slice.

Reading order: `i18n` (texts), `formats` (dates, times, money), `static` (files and their addresses),
`templates` (Jinja2), `security` (headers), `origin` and `forms` (who may post what), `errors` (what a reader
gets when something fails). Above it, `console.identity` says who the reader is.

Two values travel in `request.state`: `locale`, and `csrf` (the secret that a form of this reader must carry).
"""
