"""Everything between a citizen and a city hall: the only writer of cases."""
