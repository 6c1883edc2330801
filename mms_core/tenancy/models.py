"""Remembers municipalities."""
