"""The web floor: templates, translations, forms, security headers, error pages. Knows no slice."""
