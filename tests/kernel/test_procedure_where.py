"""The ``where`` of a procedure speaks of facets and of fields, as the ``where`` of duties and rules does."""

from __future__ import annotations

import pytest
from tests.databases import STORES
from tests.tenancy.board import CHARTER, NOW, SLUG, apply, content

from steerco.committee import record_types
from steerco.config.findings import errors
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import OutOfOrder

NOTICE = '\n[[rule]]\nname = "notice"\nvalue = 5\nunit = "calendar"\ncite = "2.1"\n'
PROCEDURE = '\n[[procedure]]\non = "meeting.convene"\nrequires = "notice-given"\nwhere = {{ {} }}\ncite = "2.1"\n'
TOMORROW = {"kind": "regular", "starts_at": "2021-02-04T09:00:00"}


def such(where: str) -> tuple[str, str, str]:
    return (CHARTER, "", NOTICE + PROCEDURE.format(where))


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ('body = "committee"', True),
        ('body = "!committee"', False),
        ('body = "*"', True),
        ('body = "not-stated"', False),
        ('kind = "regular"', True),
        ('kind = "ad-hoc"', False),
        ('body = "committee", kind = "ad-hoc"', False),
    ],
)
def test_a_procedure_is_for_the_records_that_its_where_describes(where: str, holds: bool) -> None:
    tenant = apply(Installation(STORES.empty()), content(such(where)), at=NOW)
    if holds:
        with pytest.raises(OutOfOrder) as stopped:
            perform(tenant, ActRequest("the-chair", "meeting.convene", input=TOMORROW, at=NOW, dry_run=True))
        assert stopped.value.code == "notice-given"
    else:
        perform(tenant, ActRequest("the-chair", "meeting.convene", input=TOMORROW, at=NOW, dry_run=True))


@pytest.mark.parametrize(
    ("where", "code", "told"),
    [
        ('bdy = "committee"', "unknown-facet", "did you mean 'body'?). Facets: "),
        ('body = "comittee"', "unknown-body", "did you mean 'committee'?"),
        ('kind = "regulr"', "unknown-kind", "did you mean 'regular'?"),
    ],
)
def test_what_a_where_cannot_name_is_told_with_what_it_can(where: str, code: str, told: str) -> None:
    found = errors(load(SLUG, content(such(where)), record_types()).findings)
    assert [(each.file, each.code) for each in found] == [(CHARTER, code)]
    assert told in found[0].message
