"""Pages that read the charter and the log: clauses, powers, duties, compliance, questions."""
