"""Pages of records, derived from the declarations of their types."""
