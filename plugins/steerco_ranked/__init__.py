"""Ranked counting: the single transferable vote, and for one place the instant runoff, each step on record.

A charter names the method: ``[[election]] system = "transferable-vote"`` or ``"instant-runoff"``. votelib transfers the votes, in
exact fractions; this plugin takes the steps, and stops at a tie, which it never breaks.
"""

from __future__ import annotations

from steerco.extension.api import BallotCount, Ballots, TenantFacts, hookimpl

ONE_PLACE, SEVERAL = "instant-runoff", "transferable-vote"
MISSING = "votelib is not installed; pip install 'steerco[ranked]'"


@hookimpl
def count_ballots(tenant: TenantFacts, ballots: Ballots) -> BallotCount | None:
    """The count by one of its two methods. Raises ``ValueError`` where an instant runoff is to fill several places."""
    if ballots.system not in (ONE_PLACE, SEVERAL):
        return None
    if ballots.system == ONE_PLACE and ballots.places > 1:
        raise ValueError("an instant runoff fills one place; call an election for each place")
    try:
        from steerco_ranked.transfer import counted
    except ModuleNotFoundError as missing:
        raise ValueError(MISSING) from missing
    return counted(ballots)
