"""Remembers accounts."""
