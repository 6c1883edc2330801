"""Texts to begin an answer with: a hall's own, and the ministry's that halls adopt."""
