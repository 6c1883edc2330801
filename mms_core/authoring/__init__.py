"""The kit for authors of modules."""
