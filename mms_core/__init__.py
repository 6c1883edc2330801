"""MMS: one core on which the municipalities of Georgia switch feature modules on and off."""

__version__ = "0.1.0"
