"""Unfinished forms of citizens, kept so that a lost line or a closed tab costs nobody a word."""
