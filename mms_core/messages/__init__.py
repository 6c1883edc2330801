"""Outbox, texts and channels of letters."""
