"""Several committees in one case: the channels that it names, what is carried between two steps, and names that follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from steerco.cases.grammar import Case
from steerco.committee.documents.channel import Channel
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.exchange import Exchange
from steerco.operations.passage import TYPES
from steerco.store.checkpoint import Seal


def pairs(case: Case, slug: str) -> list[tuple[str, str]]:
    """Return who offered and who accepted the channels of a case: ``{ from = "a", to = "b" }``, ``["a", "b"]``, or one name,
    which is the committee on the other side of the case's own. Raises ``ValueError`` for anything else.
    """
    return [_pair(each, slug) for each in case.channels]


def _pair(named: Any, slug: str) -> tuple[str, str]:
    match named:
        case str():
            return slug, named
        case [str() as offering, str() as accepting]:
            return offering, accepting
        case {"from": str() as offering, "to": str() as accepting, **rest} if not rest:
            return offering, accepting
    raise ValueError(f"channels: {named!r} is not a committee's name, two of them, or {{ from = …, to = … }}")


def tenants(case: Case, slug: str) -> tuple[str, ...]:
    """Return every committee that a case happens in, its own first."""
    opened = [end for pair in pairs(case, slug) for end in pair]
    return tuple(dict.fromkeys([slug, *opened, *(step["tenant"] for step in case.steps if "tenant" in step)]))


def carry(installation: Installation, slugs: Sequence[str], at: datetime) -> None:
    """Carry between committees until nothing is under way. Raises ``LookupError`` for what cannot be carried."""
    if len(slugs) < 2:
        return
    exchange, moved = Exchange(installation, Seal(installation.store.folder)), True
    while moved:
        steps = [exchange.step(installation.tenant(slug), at) for slug in slugs]
        if stuck := [each for _, wrong in steps for each in wrong]:
            raise LookupError(f"cannot be carried: {stuck[0]}")
        moved = any(carried for carried, _ in steps)


def open_channel(installation: Installation, offering: str, accepting: str, at: datetime) -> None:
    """An open channel between two committees, on both sides."""
    here, there = installation.tenant(offering), installation.tenant(accepting)
    perform(here, ActRequest(PLATFORM, "channel.offer", input={"to": accepting}, at=at))
    carry(installation, (offering, accepting), at)
    with there.store.read(there.id) as session:
        arrived = (Channel.tenant_id == there.id, Channel.origin == offering, Channel.state == "offered")
        id = session.scalars(select(Channel.id).where(*arrived)).one()
    perform(there, ActRequest(PLATFORM, "channel.accept", on=id, at=at))
    carry(installation, (offering, accepting), at)


def here(tenant: Tenant, type: str, id: str) -> str:
    """Return the id in this tenant of a record that a step named: what one committee sent has an id of its own in the other."""
    return next(_here(tenant, type, id), id) if type in TYPES else id


def _here(tenant: Tenant, type: str, id: str) -> Iterator[str]:
    table: Any = tenant.snapshot.types[type]
    with tenant.store.read(tenant.id) as session:
        if session.get(table, (tenant.id, id)) is None:
            yield from session.scalars(select(table.id).where(table.tenant_id == tenant.id, table.there == id))
