"""Who may sign in to the pages (``account``), and which programs may call the API (``token``)."""

from steerco.cli.access.account import account
from steerco.cli.access.token import token

__all__ = ["account", "token"]
