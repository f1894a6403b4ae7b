"""The worker's part in printing: documents that were issued and not printed, because a plugin failed or a process died."""

from __future__ import annotations

from datetime import datetime

from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import print_issued
from steerco.kernel.printing import unprinted


def print_waiting(tenant: Tenant, now: datetime) -> None:
    """Print every issued document of the tenant that has no paper yet. Raises what ``perform`` does."""
    with tenant.store.read(tenant.id) as session:
        waiting = unprinted(session, tenant.id)
    for id in waiting:
        print_issued(tenant, id, ActRequest(PLATFORM, "document.print", now))
