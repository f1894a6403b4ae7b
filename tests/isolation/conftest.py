"""The command and a home to run it in, as the tests of the command have them."""

from __future__ import annotations

from tests.cli.conftest import home, running, steerco, written

__all__ = ["home", "running", "steerco", "written"]
