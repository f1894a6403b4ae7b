"""Reads English charters, Markdown and prose with headings into clauses, and proposes rows of a charter from their words."""

from steerco.extension.api import CharterParser, CharterProposer, hookimpl
from steerco_en_charter.parser import EnglishCharter
from steerco_en_charter.proposer import EnglishProposals

__all__ = ["EnglishCharter", "EnglishProposals"]


@hookimpl
def charter_parsers() -> list[CharterParser]:
    """The one parser of this plugin."""
    return [EnglishCharter()]


@hookimpl
def charter_proposers() -> list[CharterProposer]:
    """The one reader of proposals of this plugin."""
    return [EnglishProposals()]
