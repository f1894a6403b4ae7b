"""The parts of every command. ``schema_upgrade`` imports the database, so it stays out of this face.

command         commands and groups with the common options, imported when one is asked for
shell           the home, the database and the tenants that a command works on
environment     the variables that set a process up
output          JSON, tables and progress
problems        a problem as one line that says the next step
"""

from steerco.cli.frame.command import Command, CommandGroup, pass_shell
from steerco.cli.frame.output import ProgressBar, table
from steerco.cli.frame.problems import CommandProblem
from steerco.cli.frame.shell import Shell

__all__ = ["Command", "CommandGroup", "CommandProblem", "ProgressBar", "Shell", "pass_shell", "table"]
