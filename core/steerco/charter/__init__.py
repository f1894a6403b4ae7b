"""A charter: a regulation as data. Each rule names the clause that says it.

model           the charter as values; ``tables/`` has one file for each table that it can hold
checks/         every check of a charter against itself
text/           a regulation's text: import, outline, export
versions        which version is in force on a day
duties          who owes what by when, read from the duties and the log
coverage        what runs by each clause
"""
