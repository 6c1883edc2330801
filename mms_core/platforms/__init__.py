"""Platforms that run beside the system: what they cost, what replaces them, their records."""
