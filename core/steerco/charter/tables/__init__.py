"""What a charter can say: one file for each table, its shape and what it comes to on paper."""
