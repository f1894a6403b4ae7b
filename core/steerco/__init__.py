"""Steerco runs a steering committee by its own regulation: the charter is the program."""

__version__ = "0.1.0"
