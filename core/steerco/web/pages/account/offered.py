"""The OpenID provider of a committee, as the sign-in page offers it."""

from __future__ import annotations

from steerco.configuration.installation import NoTenant
from steerco.configuration.settings import OpenidSettings
from steerco.configuration.tenant import Gone, Tenant
from steerco.web.http.auth import Service
from steerco.web.http.problems import RequestError
from steerco.web.pages.account.desk import AccountDesk


def provided(service: Service, slug: str) -> tuple[Tenant, OpenidSettings]:
    """Return a tenant and its provider. Raises ``RequestError``: one without a provider answers like one that does not exist."""
    try:
        running = service.installation.tenant(slug)
        with running.store.read(running.id) as session:
            tenant = running.at(session)
    except (NoTenant, Gone):
        raise RequestError(404, "no-such-path") from None
    settings = tenant.snapshot.settings.sign_in.openid
    if settings is None:
        raise RequestError(404, "no-such-path")
    return tenant, settings


def offer(at: AccountDesk) -> tuple[str, str] | None:
    """Return the label and the address of the provider of the committee to which one is going, if it has one."""
    parts = at.fields.get("to", "").partition("?")[0].split("/")
    if len(parts) < 3 or parts[1] != "t":
        return None
    try:
        _, settings = provided(at.service, parts[2])
    except RequestError:
        return None
    name = at.say.of(settings.name) or at.say("openid.page", "agency")
    return at.say("openid.page", "button", provider=name), at.to(f"/t/{parts[2]}/sign-in/openid")
