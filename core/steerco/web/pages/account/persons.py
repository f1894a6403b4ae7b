"""Whom an account is: persons of committees, by the names that people read."""

from __future__ import annotations

from typing import NamedTuple

from steerco.configuration.installation import NotApplied, NoTenant
from steerco.configuration.party_names import PartyNames
from steerco.operations import tokens
from steerco.store.tables import Token
from steerco.web.pages.account.desk import AccountDesk
from steerco.web.pages.frame.language import chosen
from steerco.web.pages.frame.links import Links
from steerco.web.pages.frame.plugin_fragments import words_in


class Membership(NamedTuple):
    """A person of a committee, with their offices and API tokens that are good."""

    slug: str
    committee: str
    href: str
    person: str
    offices: list[str]
    tokens: list[Token]


def membership(at: AccountDesk, number: int, person: str) -> Membership | None:
    """Return a person of the tenant with that number; None where there is no such person any more, or no such tenant."""
    slug = at.service.installation.named([number]).get(number, "")
    try:
        running = at.service.installation.tenant(slug)
        with running.store.read(running.id) as session:
            tenant = running.at(session)
            today = tenant.snapshot.local(at.now)
            day = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)
            own = tokens.of_person(session, person, at.now)
    except (NoTenant, NotApplied):
        return None
    if person not in day.all.persons:
        return None
    language = chosen(at.say.language, tenant.snapshot.settings.languages)
    names = PartyNames(words_in(tenant.snapshot, language), day)
    offices = names.of(sorted(day.roles(person)))
    committee = at.say.of(tenant.snapshot.settings.name)
    return Membership(slug, committee, Links("", {}).tenant(slug), names(person), offices, own)
