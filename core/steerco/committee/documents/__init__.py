"""Documents: drafted, signed, numbered, made public, sent to another committee."""
