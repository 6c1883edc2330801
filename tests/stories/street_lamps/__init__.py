"""A small module from outside the tree: a citizen says which street lamp is dark."""
