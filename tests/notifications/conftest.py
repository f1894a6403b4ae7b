"""The library board, and revisions of it."""

from tests.committee.conftest import board, installation, template
from tests.kernel.conftest import revise

__all__ = ["board", "installation", "revise", "template"]
