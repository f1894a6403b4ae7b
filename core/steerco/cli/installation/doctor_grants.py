"""The check of ``doctor`` on authorisations to sign: those that let their receiver sign less than their words say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from steerco.cli.frame.shell import Shell, now
from steerco.cli.installation.doctor_operations import Check
from steerco.configuration.tenant import Tenant

MEND = "see under the people of the committee what passes; any other paper the giver signs"


def authorisations(shell: Shell) -> Iterator[Check]:
    """Tell of each tenant which authorisations in force pass less than every paper of their giver."""
    if not shell.there:
        return
    for slug in shell.applied():
        tenant = shell.installation.tenant(slug)
        yield from narrowed(tenant, now().astimezone(tenant.snapshot.settings.zone).date())


def narrowed(tenant: Tenant, today: date) -> Iterator[Check]:
    """Report the authorisations in force today that name signing, where the regulation says what their receiver signs with
    authority: they pass that and no more, also those that were granted by an earlier program, which let all pass."""
    charter = tenant.snapshot.regime_on(today).charter
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(today, charter)
        for grant in sorted(day.grants, key=lambda grant: (grant.first, grant.by, grant.to)):
            if any(day.bounded(grant.scope, day.roles(person)) != grant.scope for person in grant.receivers):
                said = (
                    f"by the authorisation of {grant.by} from {grant.first} to {grant.last}, {grant.to} signs what the regulation"
                    " says of those who are authorised, and no other paper; an earlier version let every paper pass"
                )
                yield Check(tenant.snapshot.slug, "note", said, MEND)
