"""The time by which a committee lives whose demonstration was played (``cases.demonstration``): a clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.kernel.duty_ledger import last_moment

NAME = "demonstration"
"""Why the first revision of a played tenant was applied, and under what name the store keeps that its play came to its end."""

A_LITTLE = timedelta(minutes=5)
"""The time between a demonstration's last act and its present."""


def present(tenant: Tenant) -> datetime | None:
    """Return the time in a committee whose demonstration was played: shortly after its last act; None of any other."""
    with tenant.store.read(tenant.id) as session:
        last = last_moment(tenant, session) if cursors.last(session, NAME) is not None else None
    return last + A_LITTLE if last is not None else None
