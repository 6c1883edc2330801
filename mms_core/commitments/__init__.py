"""Commitments of action plans: what was promised to the nation, by whom, and how it stands."""
