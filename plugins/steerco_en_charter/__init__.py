"""Reads English charters, Markdown and prose with headings into clauses, and proposes rows of a charter from their words.

The readers are imported when a text is to be read: no other command needs them.
"""

from steerco.extension.api import CharterParser, CharterProposer, hookimpl


@hookimpl
def charter_parsers() -> list[CharterParser]:
    """The one parser of this plugin."""
    from steerco_en_charter.parser import EnglishCharter

    return [EnglishCharter()]


@hookimpl
def charter_proposers() -> list[CharterProposer]:
    """The one reader of proposals of this plugin."""
    from steerco_en_charter.proposer import EnglishProposals

    return [EnglishProposals()]
