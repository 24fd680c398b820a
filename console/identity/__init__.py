"""Users, sessions, API tokens, and what each may do (`permissions`, one table)."""
