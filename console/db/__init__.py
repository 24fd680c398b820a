"""The database floor: base types, engine, sessions, migrations. Knows no slice."""
