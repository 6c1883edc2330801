"""Front page of a hall, my cases, and the timeline of a case."""
