"""What phone systems tell us and what we may ask of them.

Pure except for the asyncio shells (`asterisk/client.py`, `simulator/source.py`): knows no web, no
database and no console, asks no clock. Imports `phonenumbers` (in `numbers.py`) and nothing else outside
the standard library.

Reading order: `events` (the vocabulary), `lifecycle` (the life of a call as a table), `source` (the port
that every phone system implements), then `asterisk/` and `simulator/`.
"""
