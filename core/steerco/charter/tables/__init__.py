"""The tables of a charter: one file for each table, its shape and what it comes to on paper."""
