"""What a city hall has promised, by which day, and what became of it."""
