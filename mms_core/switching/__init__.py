"""What is on in which municipality, how it is set, and who decided it."""
