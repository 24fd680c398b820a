"""Asterisk over its manager interface (AMI): bytes in, our events out."""
