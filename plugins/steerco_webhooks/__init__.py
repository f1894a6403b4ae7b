"""Tells other systems of events: signed deliveries in the form of Standard Webhooks, at least once and in order.

Read ``endpoint.py`` (what people make), ``following.py`` (the log becomes deliveries), ``sending.py`` (deliveries are sent),
``address.py`` and ``wire.py`` (where to and how), in this order.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerco.extension.api import (
    Act,
    Hands,
    Happened,
    LayerText,
    PolicyText,
    Record,
    Route,
    Rule,
    Ruling,
    TenantFacts,
    hookimpl,
    resource,
)
from steerco_webhooks import serving
from steerco_webhooks.address import Forbidden, Unfit, allowed, fitting
from steerco_webhooks.endpoint import ENDPOINT, Endpoint
from steerco_webhooks.following import follow
from steerco_webhooks.sending import send_due


@hookimpl
def record_types() -> Iterable[type[Record]]:
    """Endpoints: where deliveries go."""
    return [Endpoint]


@hookimpl
def layers(tenant: TenantFacts) -> Iterable[LayerText]:
    """The plugin's own terms, on which its policy lines and its rule rest."""
    return [LayerText("terms.toml", resource(__name__, "terms.toml"))]


@hookimpl
def policy(tenant: TenantFacts) -> Iterable[PolicyText]:
    """The powers of the administrator named in the settings, and of an endpoint's maker."""
    lines = resource(__name__, "policy.csv").replace("{administrator}", tenant.settings["administrator"])
    return [PolicyText("policy.csv", lines)]


@hookimpl
def rules(tenant: TenantFacts) -> Iterable[Rule]:
    """The rule that refuses a forbidden address when an endpoint is made, not only when something is sent."""
    allowed(tenant.settings)  # raises for a network that is none, which then stops applying the settings
    return [Rule(f"{ENDPOINT}.create", reachable, ("steerco-webhooks:4",))]


def reachable(act: Act) -> Ruling | None:
    """Refuse an address that nothing would ever be sent to."""
    try:
        fitting(act.input["url"], allowed(act.settings))
    except Unfit:
        return None  # the action itself says what is wrong with it
    except Forbidden as why:
        return act.refuse(
            why.code, vi="Cấu hình không cho phép gửi tới địa chỉ này.", en="The settings do not allow this address."
        )
    return None


@hookimpl
def routes(tenant: TenantFacts) -> Iterable[Route]:
    """The addresses at which its maker uses an endpoint, beside the acts of its record type."""
    return [
        Route("secret/{endpoint}", serving.secret, "POST", "Have a new secret; it is answered once"),
        Route("deliveries/{endpoint}", serving.deliveries, doc="The delivery log, newest first", operation=serving.PAGED),
        Route("replay/{endpoint}/{seq}", serving.replay_one, "POST", "Have one delivery sent again"),
        Route("asyncapi.json", serving.described, doc="What is delivered, as an AsyncAPI 3 document"),
    ]


@hookimpl
def consume(tenant: TenantFacts, event: Happened, hands: Hands) -> None:
    """Put the event down for those who are to have it."""
    follow(hands, event)


@hookimpl
def tick(tenant: TenantFacts, hands: Hands) -> None:
    """Send what is due."""
    send_due(hands)
