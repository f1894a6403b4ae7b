"""Decisions: matters, ballots, votes and their counts, elections, removals; who may take part in each."""
