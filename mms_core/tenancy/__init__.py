"""Municipalities, centres, hosts and themes."""
