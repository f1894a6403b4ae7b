"""The count of an election by a plugin's method, made before the act that closes the vote.

What a plugin counted goes into the event, so that a rebuild counts nothing anew. Of a secret election with very few ballots
neither the event nor the record holds the steps: they would tell who voted for whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from steerco.charter.tables.elections import OWN_SYSTEMS
from steerco.committee.decisions.election import Election, Nominee, cast_now
from steerco.committee.decisions.election_count import open_places, standing
from steerco.committee.decisions.vote import SECRET_LEAST
from steerco.extension.counting import BallotCount, Ballots
from steerco.extension.dispatch import PluginFailed
from steerco.kernel.authority import Authority
from steerco.kernel.pipeline import Judged, context
from steerco.records import OutOfOrder

NOBODY = "no plugin in use counts by it"


def counted(judged: Judged) -> Mapping[str, Any]:
    """Return the count of an election whose method a plugin has; nothing where core counts it, or where it is only tried.

    Raises ``OutOfOrder`` where no plugin counts it, or where one counts what cannot be.
    """
    authority, election = judged.authority, judged.record
    assert isinstance(election, Election)
    rule = next((rule for rule in authority.regime.charter.elections if rule.id == election.election), None)
    if rule is None or rule.system in OWN_SYSTEMS or judged.request.dry_run:
        return {}
    do = context(judged)
    ballots = sorted(map(tuple, cast_now(do, election)))
    candidates = sorted(standing(election, rule, do.parts(election, Nominee)))
    count = _asked(authority, Ballots(rule.system, open_places(election), tuple(candidates), tuple(ballots)))
    few = election.secret and len(ballots) < SECRET_LEAST
    return {"count": {key: value for key, value in count.items() if not few or key in ("elected", "tied", "counted_by")}}


def _asked(authority: Authority, ballots: Ballots) -> dict[str, Any]:
    try:
        results = authority.tenant.snapshot.circle.ask("count_ballots", ballots=ballots)
    except PluginFailed as failed:
        raise _not_counted(ballots, failed.fault.message) from failed
    if not results:
        raise _not_counted(ballots, NOBODY)
    count: BallotCount = results[0].value
    if wrong := count.misfit(ballots):
        raise _not_counted(ballots, f"{results[0].plugin}: {wrong}")
    return {**msgspec.to_builtins(count), "counted_by": f"{results[0].plugin} {results[0].seat.version}"}


def _not_counted(ballots: Ballots, why: str) -> OutOfOrder:
    return OutOfOrder("not-counted", "steerco:not-counted", system=ballots.system, why=why)
