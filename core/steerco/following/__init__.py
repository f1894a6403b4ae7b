"""Readers of a tenant's log, which follow it without changing it.

compliance      the ledger of duties (``kernel.duty_ledger``) by clause
rehearsal       what would follow from an act: the duties that it would discharge and raise, who is told, whose turn it is then
feed            the log as its readers may see it
consumers       hands the log to the plugins; ``cursors`` keeps how far each has come
played          the time by which a committee lives whose demonstration was played
replay          decides every act of the log again, and compares
"""
