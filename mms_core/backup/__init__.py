"""Backups: the whole installation in one archive that proves itself, and back again."""
