"""Reads English charters, Markdown and prose with headings into clauses."""

from steerco.extension.api import CharterParser, hookimpl
from steerco_en_charter.parser import EnglishCharter

__all__ = ["EnglishCharter"]


@hookimpl
def charter_parsers() -> list[CharterParser]:
    """The one parser of this plugin."""
    return [EnglishCharter()]
