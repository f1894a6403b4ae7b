"""Asking about acts, and doing one: ``commands`` has the commands, each ``…_report`` the work of one of them."""

from steerco.cli.acts.commands import actions, competence, do, duties, explain, plan, week

__all__ = ["actions", "competence", "do", "duties", "explain", "plan", "week"]
