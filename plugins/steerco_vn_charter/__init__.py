"""Reads Vietnamese regulations into clauses."""

from steerco.extension.api import CharterParser, hookimpl
from steerco_vn_charter.parser import VietnameseCharter

__all__ = ["VietnameseCharter"]


@hookimpl
def charter_parsers() -> list[CharterParser]:
    """The one parser of this plugin."""
    return [VietnameseCharter()]
