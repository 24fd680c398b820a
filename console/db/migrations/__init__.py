"""Alembic's home: `env.py` runs migrations on a given connection, `versions/` holds them, oldest first."""
