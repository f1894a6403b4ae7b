"""``steerco charter``: a regulation's text and data.

commands        the group: import, show, compare, coverage, calendar
analyses        reach, dead ends, conflicts, silences
todo            what a committee still lacks
export          Akoma Ntoso; ``print_page`` is the page to print and sign
report          the work of the group's own commands
clause_index    the page of all clauses in the documentation
"""

from steerco.cli.charter.commands import charter

__all__ = ["charter"]
