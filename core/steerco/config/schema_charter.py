"""The tables of ``charter.toml``, ``house.toml`` and ``law/<id>.toml``: one shape, told apart by the kind of instrument.

They mirror ``steerco.charter.model``, which says what each means; a test holds the two equal.
"""

from __future__ import annotations

from steerco.config.schema import (
    CLAUSE_PATTERN,
    DEFAULTS,
    PERIODS,
    Rules,
    Schema,
    cite,
    dated,
    day,
    flag,
    free,
    ident,
    label,
    listed,
    one_of,
    partial_date,
    passage,
    said,
    table,
    tables,
    text,
    text_table,
    texts,
    whole,
)
from steerco.config.schema_membership import membership
from steerco.config.schema_time import WEEKDAY_PATTERN, clocks, length, lifetimes, publications
from steerco.config.schema_voters import ALTERNATE, UNIT, voters
from steerco.config.schema_voting import decisions, stated_whole
from steerco.config.short_forms import long_rules

MOST_DAYS = 3660
"""The longest time limit in days: ten years."""
MOST_VALUE = 1_000_000
"""The largest value of a rule. Later days are outside the calendar."""

MOST_KINDS = 30
"""The number of kinds of its own that a charter may declare."""

_SUPERSEDED: Schema = {
    "number": text(required=True),
    "date": dated(required=True),
    "amends": text(),
    "loaded": flag(),
}
_LEGAL_BASIS: Schema = {
    "number": text(required=True),
    "title": label(),
    "date": text(),
    "unreadable": listed(text()),
}
_DUE: Schema = {
    "days": whole(min=0, max=MOST_DAYS),
    "unit": one_of(["calendar", "working"]),
    "field": text(),
    "before": flag(),
}
_INDICATOR: Schema = {
    "id": ident(required=True),
    "label": label(required=True),
    "type": one_of(["number", "whole", "percent", "flag", "text"]),
    "unit": label(),
    "target": {"type": ["integer", "float"]},
    "better": one_of(["more", "less"]),
    "set_by": text(),
    "optional": flag(),
}
_SUBJECT: Schema = {
    "id": ident(required=True),
    "label": label(required=True),
    "instruments": listed(text()),
}


_EFFECT: Schema = {"effect": one_of(["shown"])}


def clause_id(**rules: object) -> Rules:
    return text(regex=CLAUSE_PATTERN, maxlength=40, **rules)


def _instrument(kind: str) -> Schema:
    house = kind == "house"
    return {
        "id": text(required=True),
        "title": label(required=True),
        "kind": one_of(["law", "platform"] if kind == "law" else [kind], required=kind != "charter"),
        "effective": partial_date(required=True),
        "date": partial_date(required=house),
        "not_before": partial_date(),
        "issuer": said(),
        "place": text(),
        "cite": texts(3),
        "unreadable": listed(text()),
        "legal_bases": tables(_LEGAL_BASIS),
        "proposers": listed(said()),
        "recipients": listed(said()),
        "supersedes": tables(_SUPERSEDED),
        "adopted_by": text(required=house),
    }


def _structure() -> Schema:
    return {
        "clause": tables(
            {
                "id": clause_id(required=True),
                "heading": label(),
                "gloss": passage(),
                "under": clause_id(),
                "text": text(),
                "beside": listed(text()),
            }
        ),
        "heading": tables({"id": clause_id(required=True), "label": label(required=True), "under": clause_id()}),
        "citation": tables({"id": text(required=True, maxlength=80), "label": label(required=True)}),
    }


def _parties() -> Schema:
    common: Schema = {"id": ident(required=True), "label": label(required=True), "cite": cite()}
    return {
        "kind": tables(
            {
                "of": one_of(["meeting", "agency"], required=True),
                "id": ident(required=True),
                "label": label(required=True),
                "cite": {**cite(), "required": False},
                "open": flag(),
            },
            maxlength=MOST_KINDS,
        ),
        "body": tables(
            {
                **common,
                "head": text(),
                "assists": text(),
                "dates": free(keysrules=ident(), valuesrules=day()),
                "seats": stated_whole(),
                "min": stated_whole(),
                "max": stated_whole(),
                "below_min": one_of(["shown", "no-decision"]),
                "counted": listed(text(), minlength=1),
                **UNIT,
                "abbreviation": text(),
                "header": passage(),
                "parent": passage(),
            }
        ),
        "role": tables(
            {
                **common,
                "body": text(required=True),
                "represents": flag(),
                "concurrent": flag(),
                "entitlement": text(),
                "several": flag(),
            }
        ),
        "group": tables({**common, "roles": listed(text(), required=True, minlength=1)}),
        "seat": tables(
            {
                **common,
                "label": label(),
                "role": text(),
                "office": text(),
                "agency": text(),
                "count": whole(min=1, max=1000),
                **ALTERNATE,
            }
        ),
        "succession": tables(
            {
                "absent": text(required=True),
                "acts": text(required=True),
                "cite": cite(),
                "powers": listed(text(), required=True),
                "on_behalf": label(),
                "when_several": one_of(["all", "authorised", "nobody"]),
            }
        ),
        "bound": tables({"who": text(required=True), "cite": cite()}),
    }


def _duties(forces: list[str]) -> Schema:
    common: Schema = {"id": ident(required=True), "label": label(required=True), "cite": cite()}
    return {
        "cadence": tables(
            {
                **common,
                "body": text(required=True),
                "kind": text(required=True),
                "every": {
                    "type": ["string", "dict"],
                    "regex": "|".join(PERIODS),
                    "schema": {"count": whole(min=1, max=100, required=True), "per": one_of(PERIODS[:-1], required=True)},
                },
                "holder": text(),
                "at_least": whole(min=1, max=100),
                "on": text(regex=WEEKDAY_PATTERN),
                "force": one_of(forces),
                "strict": flag(),
                "or_on_request": table(
                    {
                        "of": text(required=True),
                        "at_least": whole(min=1, max=1000),
                        "share": listed(whole(min=1), minlength=2, maxlength=2),
                        "within": length(),
                    }
                ),
                **_EFFECT,
            }
        ),
        "duty": tables(
            {
                **common,
                "holder": text(required=True),
                "done_by": texts(required=True),
                "undone_by": texts(),
                "waived_by": texts(),
                "closed_by": texts(),
                "closed_after": text(),
                "every": one_of(PERIODS),
                "after": text(),
                "where": text_table(),
                "done_where": text_table(),
                "period_of": text(),
                "same": text(),
                "due": table(_DUE),
                "performed_by": text(),
                "each": flag(),
                "beforehand": flag(),
                "among": text(),
                "named_in": texts(),
                "closed_in": text(),
                "force": one_of(forces),
                "once": one_of(["version"]),
                "at_least": whole(min=1, max=1000),
            }
        ),
    }


def _forces(kind: str) -> list[str]:
    return ["binding", "floor", "default"] if kind == "law" else [kind]


def _rules(kind: str) -> Schema:
    forces = _forces(kind)
    return {
        "procedure": tables(
            {
                "on": text(required=True),
                "requires": text(required=True),
                "where": text_table(),
                "effect": one_of(["out-of-order", "late"]),
                "force": one_of(forces),
                "cite": cite(),
            }
        ),
        "separation": tables(
            {
                "id": ident(required=True),
                "acts": texts(required=True),
                "apart": text(),
                "where": text_table(),
                "cite": cite(),
            }
        ),
        "not_run": tables({"who": text(required=True), "act": text(required=True), "where": text_table(), "cite": cite()}),
        **decisions(_EFFECT),
        **voters(),
        **membership(),
        **clocks(kind),
        **lifetimes(),
        **publications(),
        "demand": tables({"has": texts(required=True), "cite": cite()}),
        "rule": tables(
            {
                "name": ident(required=True),
                "value": {"type": ["string", "integer", "boolean"], "min": 0, "max": MOST_VALUE, "required": True},
                "cite": cite(),
                "unit": text(),
                "where": text_table(),
                "force": one_of(forces, required=kind == "law"),
                "words": text(required=kind == "law"),
                "bound": one_of(["at-least", "at-most"]),
                **_EFFECT,
            }
        ),
    }


def _work() -> Schema:
    common: Schema = {"id": ident(required=True), "label": label(required=True), "cite": cite(), **_EFFECT}
    return {
        "portfolio": tables(
            {
                **common,
                "holder": text(required=True),
                "lead": text(),
                "coordinators": listed(text()),
                "subjects": tables(_SUBJECT),
                "answers_to": text(),
            }
        ),
        "finance": tables(
            {
                **common,
                "provided_by": text(),
                "managed_by": text(),
                "sources": listed(text()),
            }
        ),
        "signing": tables(
            {
                **common,
                "kinds": listed(text(), required=True, minlength=1),
                "signer": text(required=True),
                "addressees": listed(text(), minlength=1),
                "mark": text(),
                "needs_authority": flag(),
            }
        ),
        "template": tables(
            {
                "id": ident(required=True),
                "label": label(required=True),
                "cite": cite(),
                "every": one_of(PERIODS),
                "due": table(_DUE),
                "indicators": tables(_INDICATOR, maxlength=100),
                "body": text(),
                "meeting": text(),
                "asked": listed(text()),
            }
        ),
    }


def _forced(rules: Rules) -> Rules:
    """Return the rules of a law's table, each row of which may say its force."""
    keys = {"force": one_of(_forces("law")), **rules["schema"]["schema"]}
    return {**rules, "schema": {**rules["schema"], "schema": keys}}


def _file(kind: str) -> Schema:
    rows = {**_parties(), **_duties(_forces(kind)), **_rules(kind), **_work()}
    if kind == "law":
        rows = {name: _forced(rules) for name, rules in rows.items()}
    return {
        "policy": text(),
        "instrument": table(_instrument(kind), required=True),
        "not_stated": listed(text(), minlength=1),
        DEFAULTS: table({"body": text(), "ballot": text()}),
        **_structure(),
        **{name: long_rules(rules) for name, rules in rows.items()},
    }


CHARTER: Schema = _file("charter")
HOUSE: Schema = _file("house")
LAW: Schema = _file("law")
