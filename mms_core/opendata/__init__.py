"""Open data: what modules and figures publish, as CSV and JSON with a catalogue."""
