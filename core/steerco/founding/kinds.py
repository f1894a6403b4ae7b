"""The kinds of committees of which ``tenant new`` writes an example, and the languages in which it does."""

KINDS = ("one-decides", "voting-council", "open-source", "project-board", "law-committee", "blank")
"""A board where one person decides is the one by default."""
BOTH = "both"
LANGUAGES = ("vi", "en", BOTH)
