"""``EventBody``: what an event of the log says of its act, beside the columns of the log itself.

Readers decode this type and take what they need. Events of before keep their bytes: a body without a field has its default.
"""

from __future__ import annotations

from typing import Any

import msgspec

from steerco.policy.decision import Facts, Remark


class EventBody(msgspec.Struct, frozen=True):
    """The body of one act's event, stored as canonical JSON: its members stand in the order of their names."""

    acting_for: str = ""
    """The officer acted for, by role; empty where the actor acts in the own capacity."""
    after: dict[str, Any] = {}
    """The record's short values as the act left them; nothing personal."""
    asked_capacity: str | None = None
    """The capacity that the request asked for."""
    basis: str = ""
    """``clause``, ``law``, ``house`` or ``platform``."""
    because: tuple[str, ...] = ()
    """The clauses that grant the act."""
    capacity: str = ""
    """The role in which the actor acts."""
    entered_by: str | None = None
    """The person who entered it for the actor."""
    evidence: str | None = None
    """The digest of the signed paper that it was entered from."""
    facts: Facts = Facts()
    """What the decision rests on, so that it can be made again."""
    ids: tuple[str, ...] = ()
    """The ids drawn for it, in order, so that it can be performed again."""
    input: dict[str, Any] = {}
    """The input as it was given; personal values and files by reference."""
    made: tuple[tuple[str, str], ...] = ()
    """Type and id of each record that it and what followed from it made by then."""
    prepared: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    """What was made for it before it began: words, and papers by their digest. Unset where nothing was."""
    ref: str = ""
    """The reference of its record, as people see it."""
    remarks: tuple[Remark, ...] | msgspec.UnsetType = msgspec.UNSET
    """What the decision says beside: late by law."""
    secret: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether nobody who follows the log is told whose act it was: a vote by secret ballot."""
    state: str = ""
    """The state in which it left its record."""
    token: str | msgspec.UnsetType = msgspec.UNSET
    """The id of the token or web sign-in by which it was asked for; unset where there was none."""
    told: tuple[str, ...] = ()
    """The persons to tell of it."""
    version: int = 0
    """The version in which it left its record."""


encode = msgspec.json.Encoder(order="deterministic").encode
decode = msgspec.json.Decoder(EventBody).decode
"""Decode the stored body of an act. Events of other kinds (a revision, what an operator did) have none of its members."""
