"""The public pages: the only ones of a committee that a stranger reads."""
