"""Reads Vietnamese regulations into clauses, and proposes rows of a charter from their words."""

from steerco.extension.api import CharterParser, CharterProposer, hookimpl
from steerco_vn_charter.parser import VietnameseCharter
from steerco_vn_charter.proposer import VietnameseProposals

__all__ = ["VietnameseCharter", "VietnameseProposals"]


@hookimpl
def charter_parsers() -> list[CharterParser]:
    """The one parser of this plugin."""
    return [VietnameseCharter()]


@hookimpl
def charter_proposers() -> list[CharterProposer]:
    """The one reader of proposals of this plugin."""
    return [VietnameseProposals()]
