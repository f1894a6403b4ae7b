"""A new committee before it is applied: a kind's files, a text that is imported, what its words propose, what is lacking."""
