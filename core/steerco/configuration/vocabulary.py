"""The words that a tenant's files may use, as plain data, from the record types that it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from steerco.charter.model import Charter
from steerco.charter.tables.own_kinds import MEETING, kinds_of_agencies
from steerco.committee.members.appointment import OUTSIDERS
from steerco.policy.reader import Vocabulary
from steerco.records import Facet, Record

Types = Mapping[str, type[Record]]


def for_charter(types: Types) -> dict[str, dict[str, frozenset[str]]]:
    """Per record type what a charter's duties and procedures may name: its actions, kinds, fields, checks and facets, whose
    values beside the charter's own parties are ``aims``.
    """
    own = _own_kinds(types)
    return {
        name: {
            "actions": frozenset(kind.actions),
            "kinds": frozenset(kind.kinds),
            "given_kinds": frozenset(kind.kinds) - {*kind.own_kinds},
            "fields": frozenset(key.rstrip("_") for key in kind.columns()) | _input_fields(kind) | {*kind.ledger_fields},
            "checks": frozenset(kind.checks) | {"state"},
            "facets": frozenset(kind.facets),
            "relations": frozenset(kind.relations),
            "aims": frozenset(value for facet in kind.facets.values() for value in facet.values)
            | (own if "kind" in kind.facets else frozenset()),
        }
        for name, kind in types.items()
    }


def _own_kinds(types: Types) -> frozenset[str]:
    """Return the kinds of meetings that the tenant declares: further values of the facet of a meeting's kind."""
    return frozenset(types[MEETING].own_kinds) if MEETING in types else frozenset()


def _input_fields(kind: type[Record]) -> frozenset[str]:
    return frozenset(field.rstrip("_") for action in kind.actions.values() for field in action.input.__struct_fields__)


def for_policy(types: Types, charter: Charter, clauses: Iterable[str]) -> Vocabulary:
    """Return every name that a line of this charter's policy may use."""
    roles = frozenset(role.id for role in charter.roles)
    groups = frozenset(group.id for group in charter.groups)
    bodies = frozenset(body.id for body in charter.bodies)
    parties = roles | bodies | frozenset(OUTSIDERS) | kinds_of_agencies([charter.own_kinds])
    fields = frozenset(portfolio.id for portfolio in charter.portfolios)
    own = {"class": charter.matter_classes() | {"*"}, "in": fields, "kind": _own_kinds(types)}
    acts = frozenset(act.id for kind in types.values() for act in kind.actions.values() if act.name not in kind.platform_acts)
    return Vocabulary(
        subjects=roles | groups | bodies | frozenset(OUTSIDERS),
        seats=frozenset(seat.id for seat in charter.seats),
        bodies=bodies,
        kinds={name: frozenset(kind.kinds) for name, kind in types.items()},
        acts={name: frozenset(kind.actions) - kind.platform_acts for name, kind in types.items()},
        facets={
            name: {facet.name: _values(facet, parties, own, acts) for facet in kind.facets.values()}
            for name, kind in types.items()
        },
        relations={name: frozenset(kind.relations) for name, kind in types.items()},
        clauses=frozenset(clauses),
        states={name: frozenset(kind.states) for name, kind in types.items()},
    )


def _values(facet: Facet, parties: frozenset[str], own: Mapping[str, frozenset[str]], acts: frozenset[str]) -> frozenset[str]:
    values = frozenset(facet.values) | ({facet.default} if facet.default else frozenset())
    if facet.of == "party":
        return values | parties
    if facet.of == "act":
        return values | acts
    if facet.of == "sort":
        return values | {"agency", "body", "seat", "office", "person"}
    return values | own.get(facet.name, frozenset())
