"""Stored call scripts: files in and out, versions, the live index, texts filled in."""
