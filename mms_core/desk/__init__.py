"""The operator's pages, for all modules at once."""
