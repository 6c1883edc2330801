"""The settlements of a municipality, as its hall imports and keeps them."""
