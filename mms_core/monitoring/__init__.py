"""What the ministry sees: counters, never files."""
