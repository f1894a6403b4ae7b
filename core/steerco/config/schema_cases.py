"""The tables of ``cases/*.toml``: what a charter means, in given, when and then. The grammar is frozen: add, never rename."""

from __future__ import annotations

from steerco.config.schema import Rules, Schema, day, flag, free, listed, one_of, table, tables, text, texts, whole

OUTCOMES = ["done", "refused", "out-of-order", "invalid", "not-found", "conflict"]
BASES = ["clause", "law", "house", "platform", "no-clause"]
DUTY_STATES = ["upcoming", "due", "overdue", "done", "done-late", "missed", "waived", "not-applicable"]


def _moment() -> Rules:
    """Return a day, or a time; one without a zone is the tenant's."""
    return {"type": ["date", "datetime"]}


def _day_or_word() -> Rules:
    """Return a day, or a word such as ``not-stated``."""
    return {"type": ["date", "string"]}


GIVEN: Schema = {
    "people": tables(
        {
            "id": text(required=True),
            "role": text(),
            "seat": text(),
            "office": text(),
            "agency": text(),
            "name": text(),
            "count": whole(min=1, max=1000),
            "attrs": free(),
            "declared_interest": texts(),
            "from": day(),
            "to": day(),
        }
    ),
    "absent": tables({"who": text(required=True), "from": day(required=True), "to": day(), "reason": text()}),
    "without": texts(),
    "with": texts(),
    "settings": free(valuesrules=free()),
    "channels": listed(),
}
"""What a case adds to a fresh tenant. ``without`` and ``with`` name plugins and layers to switch off and on; ``settings`` holds
tables by plugin, as in ``tenant.toml``."""

_THEN: Schema = {
    "records": tables(
        {
            "on": text(),
            "type": text(),
            "where": free(),
            "count": whole(min=0),
            "has": free(),
            "lacks": {"type": ["dict", "list", "string"]},
        }
    ),
    "duties": tables(
        {
            "of": text(),
            "duty": text(),
            "period": text(),
            "on": text(),
            "state": one_of(DUTY_STATES),
            "due_on": _day_or_word(),
            "cites": texts(),
            "count": whole(min=0),
        }
    ),
    "compliance": tables({"clause": text(required=True), "from": day(), "to": day(), "counts": {**free(), "required": True}}),
    "bound": tables({"who": texts(required=True), "bound": flag(), "cites": texts()}),
    "sees": tables(
        {
            "by": texts(required=True),
            "on": text(),
            "type": text(),
            "where": free(),
            "count": whole(min=0),
            "visible": flag(),
            "hides": texts(),
            "because": texts(),
        }
    ),
    "result": {"type": ["dict", "list"]},
    "in_force": tables(
        {
            "on_day": day(),
            "instrument": text(required=True),
            "issuer": text(),
            "place": text(),
            "proposers": texts(),
            "bases": texts(),
            "unreadable": texts(),
            "cites": texts(),
        }
    ),
    "rule": tables(
        {
            "name": text(required=True),
            "value": {"type": ["string", "integer", "boolean"]},
            "layer": text(),
            "unit": text(),
            "cites": texts(),
            "where": free(),
            "on_day": day(),
        }
    ),
    "document": tables(
        {
            "on": text(required=True),
            "number": text(),
            "mark": text(),
            "kind": text(),
            "signatory": text(),
            "lines": texts(),
        }
    ),
    "told": tables({"who": text(required=True), "about": text(), "count": whole(min=0)}),
    "log": tables(
        {
            "action": text(required=True),
            "by": text(),
            "capacity": text(),
            "acting_for": text(),
            "entered_by": text(),
            "evidence": table({"name": text(required=True), "text": text(), "base64": text()}),
            "on": text(),
            "count": whole(min=0),
        }
    ),
}

STEP: Schema = {
    "by": texts(),
    "do": text(dependencies=["by"]),
    "on": text(),
    "with": free(),
    "as": text(),
    "finds": free(valuesrules=table({"type": text(required=True), "where": free()})),
    "expect": one_of(OUTCOMES),
    "because": texts(none=True),
    "because_not": texts(none=True),
    "basis": one_of(BASES),
    "who_may": texts(none=True),
    "acting_for": text(empty=True),
    "fields": texts(),
    "would_change": {"type": ["string", "list", "dict"]},
    "advance": {"type": ["date", "datetime", "string"]},
    "tenant": text(),
    "at": _moment(),
    "capacity": text(),
    "entered_by": text(),
    "evidence": table({"name": text(required=True), "text": text(), "base64": text()}),
    "version": whole(min=0),
    "key": text(),
    **_THEN,
}
"""One step: an act, or the passing of time, or only what should then be so."""

CASES: Schema = {
    "case": tables(
        {
            "name": text(required=True),
            "cites": texts(required=True),
            "at": {**_moment(), "required": True},
            "tenant": text(),
            "channels": listed(),
            "given": table(GIVEN),
            "step": tables(STEP, required=True, minlength=1),
        },
        required=True,
    )
}
