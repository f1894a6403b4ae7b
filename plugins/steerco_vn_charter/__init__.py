"""Reads Vietnamese regulations into clauses."""
