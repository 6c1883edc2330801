"""Accounts, sign-in, roles, eligibility, personal data and who looked at it."""
