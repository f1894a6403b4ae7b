"""Traits that several record types share: an addressee, a term, a subject, a grade, and the like."""
