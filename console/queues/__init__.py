"""Queues: where callers wait."""
