"""Hides what breaks a rule, leaves a trace that everybody sees, and hears appeals."""
