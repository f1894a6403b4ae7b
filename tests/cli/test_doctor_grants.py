"""``doctor`` tells which authorisations in force let their receiver sign less than they name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.web.conftest import MOST, NATIONAL, START, installed

from steerco.cli.installation.doctor_grants import narrowed
from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform

SPAN = {"from": "2021-02-03", "to_day": "2021-02-28"}


@pytest.fixture(scope="module")
def installation() -> Installation:
    return installed()


def granted(installation: Installation, slug: str, giver: str, to: str, scope: str) -> None:
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
    given = {"by": giver, "to": to, "scope": [scope], **SPAN}
    perform(tenant, ActRequest(day.holders(giver)[0], "authority-delegation.grant", START, None, given))


def test_an_authorisation_to_sign_is_noted_where_the_regulation_says_what_it_is_for(installation: Installation) -> None:
    granted(installation, MOST, "head", "deputy-head", "document.sign")
    granted(installation, MOST, "head", "deputy-head", "transmission.send")
    (note,) = narrowed(installation.tenant(MOST), START.date())
    assert (note.what, note.state) == (MOST, "note")
    assert "authorisation of head from 2021-02-03 to 2021-02-28, deputy-head signs" in note.said
    assert list(narrowed(installation.tenant(MOST), (START + timedelta(days=40)).date())) == [], "it has ended"
    assert list(narrowed(installation.tenant(NATIONAL), START.date())) == [], "its regulation says nothing of who signs"


def test_all_acts_on_papers_pass_with_the_same_bound_on_signing(installation: Installation) -> None:
    tenant = installation.tenant(MOST)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
    passed = day.bounded(frozenset({"document.*"}), frozenset({"deputy-head"}))
    assert {"document.edit", "document.issue", "document.report.sign;to=government"} <= passed
    assert passed.isdisjoint({"document.sign", "document.*"})
    assert day.bounded(frozenset({"document.*"}), frozenset({"member"})) == {"document.*"}, "10.1 says nothing of members"
