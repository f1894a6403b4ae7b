"""A policy: who may do which act, each power on a line with its clause; and the decision on one act.

    p, SUBJECT, BODY, OBJECT, ACT, FACETS, allow, CLAUSE        one line: who may do what, and the clause that says so

reader          reads policy files, and reports every problem at once
line            one line: a power that a clause grants or bars
house           house rules fill gaps and never contradict
table           the compiled table that decides; ``engine`` is Casbin, the oracle that tests hold it against
capacity        the capacities of a person on a day, and one verdict over all of them
decision        the one shape of an answer; ``explain`` gives its clauses and who may act instead
diff            the differences between two policies
"""
