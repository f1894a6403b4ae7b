"""The page of an amendment: what its files would change, for whom, before it is decided."""

from __future__ import annotations

from typing import Any

from steerco.changes.amending import effect
from steerco.web.pages.admin.plan_view import PlanWords
from steerco.web.pages.admin.roles import roles
from steerco.web.pages.frame.visit import Visit

OPEN = ("submitted", "adopted")


def amendment_content(visit: Visit, amendment: Any) -> dict[str, Any]:
    """Return what the page of an amendment shows beside what every record's page does; nothing where its files are in use."""
    if amendment.state not in OPEN or amendment.revision is not None:
        return {"effect": None, "wrong": ()}
    found = effect(visit.service.installation, visit.tenant, visit.session, amendment, visit.now)
    if found.plan is None or found.after is None:
        return {"effect": None, "wrong": found.wrong}
    if found.plan.revision == found.plan.next:
        return {"effect": None, "wrong": ()}
    named = roles(found.content, visit.tenant.snapshot.slug, visit.say)
    return {"effect": PlanWords(visit, found.plan, found.after, named).view(), "wrong": ()}
