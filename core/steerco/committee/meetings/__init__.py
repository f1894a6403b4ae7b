"""Meetings: calling, agenda, papers, who comes, the sitting, the minutes."""
